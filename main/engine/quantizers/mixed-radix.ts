import { constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/**
 * Whole numbers from 0 to Π Lᵢ − 1 as digits, digit i from 0 to Lᵢ − 1 and worth `weights[i]`, which say in which order the
 * digits count. At most 2²⁴ numbers: digits are float32.
 */
export function mixedRadix(levels: readonly number[], weights: readonly number[]) {
  const row = (values: readonly number[]) => constant([...values], [values.length], 'float32');
  return {
    /** Digits [..., d] → numbers int32 [...]. */
    numberOf: (digits: Tensor): Tensor => ops.cast(ops.sum(ops.mul(digits, row(weights)), -1), 'int32'),
    /** Numbers int32 [...] → digits [..., d]. */
    digitsOf(numbers: Tensor): Tensor {
      // The half keeps a division that isn't exact (on a GPU) from ending below a whole number.
      const within = ops.add(ops.cast(ops.expandDims(numbers, -1), 'float32'), 0.5);
      const above = ops.floor(ops.div(within, row(weights.map((weight, at) => weight * (levels[at] ?? 1)))));
      return ops.sub(ops.floor(ops.div(within, row(weights))), ops.mul(above, row(levels)));
    },
  };
}
