import { shapeOf } from '@shared/specs';
import type { Latents } from '../autoencoders';
import type { PriorSignature } from '../priors';
import type { FeedSpec, Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { LoadedPrior } from '../training/load-prior';
import type { LoadedRun } from '../training/load-run';
import type { Advance } from './advance';
import { latentArguments } from './latent-arguments';

/** Two batch sizes: what differs between their graphs is what depends on the batch. */
const BATCHES = [2, 3] as const;

/** A function of a SavedModel: what it is fed for N items, and what it makes of that. */
type Signature = PriorSignature;

/**
 * Writes an autoencoder as a TensorFlow SavedModel with three signatures, for any batch size N:
 *
 *   encode       images float32 [N, H, W, C] in [0, 1]  →  the latent (`latentArguments`): indices int32 [N, h, w], …
 *   decode       the latent                             →  images float32 [N, H, W, C], limited to [0, 1]
 *   reconstruct  images                                 →  images and the latent
 */
export function writeAutoencoder({ program, model }: LoadedRun, directory: string, advance: Advance): Promise<void> {
  const latentsOf = latentArguments(model.latent);
  const encode = (images: Tensor) => model.encode(ops.sub(images, 0.5));
  const decode = (latents: Latents) => ops.clip(ops.add(model.decode(latents), 0.5), 0, 1);
  const named = (latents: Latents) => Object.fromEntries(latents.map((one, index) => [latentsOf[index]!.name, one]));
  const pictures = (batch: number): Record<string, FeedSpec> => ({
    images: { shape: [batch, ...shapeOf(model.signal)], dtype: 'float32' },
  });
  return writeSignatures(program, directory, advance, {
    encode: { feeds: pictures, body: ({ images }) => named(encode(images!)) },
    decode: {
      feeds: (batch) =>
        Object.fromEntries(
          latentsOf.map(({ name, type, sides }) => [name, { shape: [batch, ...sides], dtype: type }] as const),
        ),
      body: (fed) => ({ images: decode(latentsOf.map((one) => fed[one.name]!)) }),
    },
    reconstruct: {
      feeds: pictures,
      body({ images }) {
        const latents = encode(images!);
        return { images: decode(latents), ...named(latents) };
      },
    },
  });
}

/** Writes a prior as a SavedModel with the signatures that it says it has, for any batch size N. */
export function writePrior({ program, prior }: LoadedPrior, directory: string, advance: Advance): Promise<void> {
  return writeSignatures(program, directory, advance, prior.signatures);
}

async function writeSignatures(
  program: Program,
  directory: string,
  advance: Advance,
  signatures: Readonly<Record<string, Signature>>,
): Promise<void> {
  const names = Object.keys(signatures);
  for (const [done, name] of names.entries()) {
    await advance('capturing', done, names.length);
    const { feeds, body } = signatures[name]!;
    for (const batch of BATCHES) program.define(`export/${name}-${batch}`, { feeds: feeds(batch) }, body);
    program.compile();
  }
  await advance('writing', 0, 1);
  const atBoth = (name: string) => BATCHES.map((batch) => `export/${name}-${batch}`) as unknown as [string, string];
  program.writeSavedModel(directory, Object.fromEntries(names.map((name) => [name, atBoth(name)])));
  await advance('writing', 1, 1);
}
