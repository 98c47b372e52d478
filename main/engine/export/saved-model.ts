import type { LoadedRun } from '../training/load-run';
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
export function writeSavedModel({ program, model }: LoadedRun, directory: string): void {
  const { height, width, channels } = model.image;
  const grid = model.latent;
  const encode = (images: Tensor) => model.encode(ops.sub(images, 0.5));
  const decode = (indices: Tensor) => ops.clip(ops.add(model.decode(indices), 0.5), 0, 1);
  for (const batch of BATCHES) {
    const images = { shape: [batch, height, width, channels], dtype: 'float32' } as const;
    const indices = { shape: [batch, grid.height, grid.width], dtype: 'int32' } as const;
    program.define(`export/encode-${batch}`, { feeds: { images } }, (feeds) => ({ indices: encode(feeds.images) }));
    program.define(`export/decode-${batch}`, { feeds: { indices } }, (feeds) => ({ images: decode(feeds.indices) }));
    program.define(`export/reconstruct-${batch}`, { feeds: { images } }, (feeds) => {
      const codes = encode(feeds.images);
      return { images: decode(codes), indices: codes };
    });
  }
  const atBoth = (name: string) => BATCHES.map((batch) => `export/${name}-${batch}`) as unknown as [string, string];
  program.writeSavedModel(directory, {
    encode: atBoth('encode'),
    decode: atBoth('decode'),
    reconstruct: atBoth('reconstruct'),
  });
}
