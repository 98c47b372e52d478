import type { Latents } from '../autoencoders';
import type { LoadedRun } from '../training/load-run';
import type { Advance } from './export-run';
import { latentArguments } from './latent-arguments';
import type { FeedSpec } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Two batch sizes: what differs between their graphs is what depends on the batch. */
const BATCHES = [2, 3] as const;

/**
 * Writes the model as a TensorFlow SavedModel with three signatures, for any batch size N:
 *
 *   encode       images float32 [N, H, W, C] in [0, 1]  →  the latent (`latentArguments`): indices int32 [N, h, w], …
 *   decode       the latent                             →  images float32 [N, H, W, C], limited to [0, 1]
 *   reconstruct  images                                 →  images and the latent
 */
export async function writeSavedModel(
  { program, model }: LoadedRun,
  directory: string,
  advance: Advance,
): Promise<void> {
  const { height, width, channels } = model.image;
  const latentsOf = latentArguments(model.latent);
  const encode = (images: Tensor) => model.encode(ops.sub(images, 0.5));
  const decode = (latents: Latents) => ops.clip(ops.add(model.decode(latents), 0.5), 0, 1);
  const named = (latents: Latents) => Object.fromEntries(latents.map((one, index) => [latentsOf[index]!.name, one]));
  type Define = (name: string, images: FeedSpec, latents: Record<string, FeedSpec>) => void;
  const define: Record<string, Define> = {
    encode: (name, images) => program.define(name, { feeds: { images } }, (feeds) => named(encode(feeds.images))),
    decode: (name, _images, feeds) =>
      program.define(name, { feeds }, (fed) => ({ images: decode(latentsOf.map((one) => fed[one.name]!)) })),
    reconstruct: (name, images) =>
      program.define(name, { feeds: { images } }, (feeds): Record<string, Tensor> => {
        const latents = encode(feeds.images);
        return { images: decode(latents), ...named(latents) };
      }),
  };
  const signatures = Object.keys(define);
  for (const [done, name] of signatures.entries()) {
    await advance('capturing', done, signatures.length);
    for (const batch of BATCHES) {
      const images = { shape: [batch, height, width, channels], dtype: 'float32' } as const;
      const latents = latentsOf.map(
        ({ name: of, type, sides }) => [of, { shape: [batch, ...sides], dtype: type }] as const,
      );
      define[name]!(`export/${name}-${batch}`, images, Object.fromEntries(latents));
    }
    program.compile();
  }
  await advance('writing', 0, 1);
  const atBoth = (name: string) => BATCHES.map((batch) => `export/${name}-${batch}`) as unknown as [string, string];
  program.writeSavedModel(directory, Object.fromEntries(signatures.map((name) => [name, atBoth(name)])));
  await advance('writing', 1, 1);
}
