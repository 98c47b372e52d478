import { deadCodes, perplexity, usage } from './code-usage';
import { psnr } from './psnr';

/** What the model says of `count` items; arrays may be longer, what is beyond `count` items is not looked at. */
export interface EvaluationBatch {
  count: number;
  /** Mean squared error of each item, pixels in [−0.5, 0.5], not rounded: [N]. */
  squaredError: ArrayLike<number>;
  /** Mean squared error of each item, pixels rounded to 0 … 255: [N]. */
  pixelError: ArrayLike<number>;
  /** Codes of each item: [N, h, w]. */
  indices: Int32Array;
}

/**
 * Gathers an evaluation over a whole split. Every item weighs the same, whatever batch it came in: NMSE is the mean of
 * the items' mean squared errors over `trainVariance`, PSNR the mean of the items' PSNR, and perplexity, usage and dead
 * codes are of the counts over the whole split.
 */
export function createEvaluationAccumulator(options: { codes: number; trainVariance: number; codesPerItem: number }) {
  const { codes, trainVariance, codesPerItem } = options;
  const counts = new Uint32Array(codes);
  let items = 0;
  let squaredError = 0;
  let decibels = 0;
  return {
    /** Times each code was used so far: [K]. */
    counts,
    add(batch: EvaluationBatch): void {
      for (let item = 0; item < batch.count; item++) {
        squaredError += batch.squaredError[item] ?? NaN;
        decibels += psnr(batch.pixelError[item] ?? NaN);
      }
      const used = batch.indices.subarray(0, batch.count * codesPerItem);
      for (const code of used) counts[code] = (counts[code] ?? 0) + 1;
      items += batch.count;
    },
    result() {
      return {
        items,
        nmse: squaredError / items / trainVariance,
        psnr: decibels / items,
        perplexity: perplexity(counts),
        usage: usage(counts),
        deadCodes: deadCodes(counts),
      };
    },
  };
}
