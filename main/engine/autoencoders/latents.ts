import { AppError } from '@shared/errors';
import { type CodeLevel, type LatentShape, latentSize } from '@shared/specs';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { CodeAutoencoder, Latents } from './autoencoder';

/** Latents as one row an item, [N, latentSize]: how they leave a graph and lie in files. */
export function flatten(latents: Latents): Tensor {
  const rows = latents.map((latent) => ops.reshape(latent, [latent.shape[0] ?? 1, -1]));
  return rows.length === 1 ? rows[0]! : ops.concat(rows, 1);
}

/** The inverse of `flatten`: [N, latentSize] → a tensor a level. */
export function unflatten(shape: LatentShape, rows: Tensor): Latents {
  if (shape.kind === 'vector') return [rows];
  const items = rows.shape[0] ?? 1;
  let first = 0;
  return shape.levels.map((level) => {
    const size = latentSize({ kind: 'codes', levels: [level] });
    const part = shape.levels.length === 1 ? rows : ops.slice(rows, [0, first], [items, size]);
    first += size;
    return ops.reshape(part, [items, ...levelShape(level)]);
  });
}

/** [...axes], or [...axes, depth] of several codes per place. */
export function levelShape({ axes, depth }: Pick<CodeLevel, 'axes' | 'depth'>): number[] {
  return depth === 1 ? axes : [...axes, depth];
}

/** `decode` of a model whose codes become vectors, and its two halves. */
export function decodedByVectors(
  vectorsOf: CodeAutoencoder['vectorsOf'],
  imagesOf: CodeAutoencoder['imagesOf'],
): Pick<CodeAutoencoder, 'decode' | 'vectorsOf' | 'imagesOf'> {
  return { decode: (latents) => imagesOf(vectorsOf(latents)), vectorsOf, imagesOf };
}

/** The one tensor of a model without a hierarchy. */
export function only(latents: readonly Tensor[]): Tensor {
  const [latent] = latents;
  if (!latent || latents.length > 1) throw new AppError('INTERNAL', `Expected one level, not ${latents.length}.`);
  return latent;
}
