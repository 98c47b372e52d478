import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { perplexityOf } from './nearest';

/** What quantizers made of several others share: codes of a place side by side in an axis of their own, numbers averaged. */

/** Indices of each part, [...] or [..., depth], → [..., parts · depth]. */
export function joinCodes(parts: readonly Tensor[], depth: number): Tensor {
  return depth === 1 ? ops.stack(parts, parts[0]?.rank ?? 0) : ops.concat(parts, (parts[0]?.rank ?? 1) - 1);
}

/** The inverse: [..., parts · depth] → each part's, [...] or [..., depth]. */
export function splitCodes(indices: Tensor, parts: number, depth: number): Tensor[] {
  const axis = indices.rank - 1;
  return ops
    .split(indices, parts, axis)
    .map((part) => (depth === 1 ? ops.reshape(part, indices.shape.slice(0, axis)) : part));
}

/** The mean of each term over the parts. */
export function meanTerms(parts: readonly Readonly<Record<string, Tensor>>[]): Record<string, Tensor> {
  const names = Object.keys(parts[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, meanOf(parts.map((terms) => terms[name] ?? ops.scalar(0)))]));
}

export function meanOf(values: readonly Tensor[]): Tensor {
  return ops.div(
    values.reduce((sum, value) => ops.add(sum, value)),
    values.length,
  );
}

/** The mean of the perplexities of each code of a place, indices [..., depth]. */
export function meanPerplexity(indices: Tensor, depth: number, codes: number): Tensor {
  return meanOf(splitCodes(indices, depth, 1).map((part) => perplexityOf(ops.bincount(part, codes))));
}
