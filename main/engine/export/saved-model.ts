import type { LoadedRun } from '../training/load-run';
import type { Advance } from './export-run';
import type { FeedSpec } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Two batch sizes: what differs between their graphs is what depends on the batch. */
const BATCHES = [2, 3] as const;

/**
 * Writes the model as a TensorFlow SavedModel with three signatures, for any batch size N:
 *
 *   encode       images float32 [N, H, W, C] in [0, 1]  →  indices int32 [N, h, w]
 *   decode       indices int32 [N, h, w] in [0, K)      →  images float32 [N, H, W, C], limited to [0, 1]
 *   reconstruct  images                                 →  images and indices
 */
export async function writeSavedModel(
  { program, model }: LoadedRun,
  directory: string,
  advance: Advance,
): Promise<void> {
  const { height, width, channels } = model.image;
  const grid = model.latent;
  const encode = (images: Tensor) => model.encode(ops.sub(images, 0.5));
  const decode = (indices: Tensor) => ops.clip(ops.add(model.decode(indices), 0.5), 0, 1);
  const define = {
    encode: (name: string, images: FeedSpec) =>
      program.define(name, { feeds: { images } }, (feeds) => ({ indices: encode(feeds.images) })),
    decode: (name: string, _images: FeedSpec, indices: FeedSpec) =>
      program.define(name, { feeds: { indices } }, (feeds) => ({ images: decode(feeds.indices) })),
    reconstruct: (name: string, images: FeedSpec) =>
      program.define(name, { feeds: { images } }, (feeds) => {
        const codes = encode(feeds.images);
        return { images: decode(codes), indices: codes };
      }),
  };
  const signatures = Object.keys(define) as (keyof typeof define)[];
  for (const [done, name] of signatures.entries()) {
    await advance('capturing', done, signatures.length);
    for (const batch of BATCHES) {
      const images = { shape: [batch, height, width, channels], dtype: 'float32' } as const;
      const indices = { shape: [batch, grid.height, grid.width], dtype: 'int32' } as const;
      define[name](`export/${name}-${batch}`, images, indices);
    }
    program.compile();
  }
  await advance('writing', 0, 1);
  const atBoth = (name: string) => BATCHES.map((batch) => `export/${name}-${batch}`) as unknown as [string, string];
  program.writeSavedModel(directory, Object.fromEntries(signatures.map((name) => [name, atBoth(name)])));
  await advance('writing', 1, 1);
}
