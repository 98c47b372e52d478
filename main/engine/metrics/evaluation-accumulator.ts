import { scoreIn } from '@shared/metrics';
import type { CodeLayer } from '@shared/specs';
import { createActiveUnits } from './active-units';
import { deadCodes, perplexity } from './code-usage';

/** What the model says of `count` items; arrays may be longer, what is beyond `count` items is not looked at. */
export interface EvaluationBatch {
  count: number;
  /** Mean squared error of each item in the models' range, not rounded: [N]. */
  squaredError: ArrayLike<number>;
  /** What else the medium and the model measure per item, [N] by name. */
  measures: Readonly<Record<string, ArrayLike<number>>>;
  /** Each item's latent, [N, latentSize]: codes, or posterior means. Other outputs are ignored. */
  latents: ArrayLike<number>;
}

/**
 * Gathers an evaluation over a whole split. Every item weighs the same, whatever batch it came in: MSE is the mean of
 * the items' mean squared errors, NMSE is MSE divided by `trainVariance`; the medium's and the model's own measures are
 * means over the items, each item's number first given to `finish` where it has one. Perplexity, usage and dead codes come from the counts over the whole split: with several layers
 * perplexity is their mean, the others count all codes together. Where latents are means of distributions with
 * `posterior` components, the active ones are counted.
 */
export function createEvaluationAccumulator(options: {
  layers: readonly CodeLayer[];
  trainVariance: number;
  posterior?: number;
  finish?: Readonly<Record<string, ((found: number) => number) | undefined>>;
}) {
  const { layers, trainVariance, posterior, finish = {} } = options;
  const activeUnits = posterior === undefined ? undefined : createActiveUnits(posterior);
  const codes = layers.reduce((sum, layer) => sum + layer.codes, 0);
  const codesPerItem = layers.reduce((sum, { cells }) => sum + cells, 0);
  const counts = new Uint32Array(codes);
  const sums: Record<string, number> = {};
  let items = 0;
  let squaredError = 0;

  const countCodes = ({ count, latents }: EvaluationBatch): void => {
    for (const { first, stride, cells, firstCode } of layers) {
      for (let item = 0; item < count; item++) {
        const start = item * codesPerItem + first;
        for (let cell = 0; cell < cells; cell++) counts[firstCode + (latents[start + cell * stride] ?? 0)]! += 1;
      }
    }
  };
  const ofCodes = (): Record<string, number> => {
    if (layers.length === 0) return {};
    const each = layers.map(({ firstCode, codes: own }) => perplexity(counts.subarray(firstCode, firstCode + own)));
    const dead = deadCodes(counts);
    return {
      perplexity: each.reduce((sum, one) => sum + one, 0) / each.length,
      usage: 1 - dead / codes,
      'dead-codes': dead,
    };
  };

  return {
    /** Times each code was used so far, layer by layer: [all codes]. */
    counts,
    add(batch: EvaluationBatch): void {
      for (let item = 0; item < batch.count; item++) {
        squaredError += batch.squaredError[item] ?? NaN;
        for (const [name, values] of Object.entries(batch.measures))
          sums[name] = (sums[name] ?? 0) + (finish[name]?.(values[item] ?? NaN) ?? values[item] ?? NaN);
      }
      countCodes(batch);
      activeUnits?.add(batch.latents, batch.count);
      items += batch.count;
    },
    result() {
      const measures: Record<string, number> = {
        nmse: squaredError / items / trainVariance,
        ...ofCodes(),
        mse: squaredError / items,
      };
      for (const [name, sum] of Object.entries(sums)) measures[name] = sum / items;
      if (activeUnits) measures['active-units'] = activeUnits.count();
      return { items, score: scoreIn(measures), measures };
    },
  };
}
