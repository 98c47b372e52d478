import type { CodebookSpec } from '@shared/specs';
import type { HostArray, Program, Variable } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { VariableUpdate } from '../tensorflow/graph';
import type { Revived } from './revival';

/** Below this norm a vector has no direction. */
const SHORTEST = 1e-6;

export interface MovingAverages {
  /**
   * The codebook's next state.
   * @param flat latents [M, D], @param indices their codes [M] int32, @param counts vectors assigned to each code [K]
   */
  update(codebook: Variable, flat: Tensor, indices: Tensor, counts: Tensor, revived?: Revived): VariableUpdate[];
  /**
   * The state after a first step that assigned `counts` vectors with these means to the codes, by variable.
   * @param means [k, D], @param counts [k], of the first k ≤ K codes; the others have none
   */
  begunWith(means: Float32Array, counts: Float32Array): Record<string, HostArray>;
}

/**
 * A codebook as moving averages of what is assigned to it (van den Oord et al. 2017, appendix A.1), number for number as
 * dm-sonnet's VectorQuantizerEMA:
 *
 *   N ← γN + (1 − γ) n        n: vectors assigned to each code in this batch
 *   S ← γS + (1 − γ) Σ z      their sum
 *   e ← Ŝ / Ñ
 *
 * N and S start at 0 and are zero-debiased where they are used, N̂ = N / (1 − γᵗ) (Adam's correction). Ñ smooths the sizes,
 * (N̂ + ε) / (ΣN̂ + Kε) · ΣN̂, so that an unused code doesn't divide by 0; what is smoothed is not kept.
 *
 * With `isUnit` e is divided by its length, and a code that nothing was ever assigned to stays where it is: the origin, where
 * Sonnet has it, is no direction.
 */
export function movingAverages(program: Program, name: string, spec: CodebookSpec, isUnit = false): MovingAverages {
  const { codes, dimension, decay, epsilon } = spec;
  const state = { trainable: false };
  const steps = program.variable(`${name}/steps`, { shape: [], dtype: 'int32' }, state);
  const counted = program.variable(`${name}/counts`, { shape: [codes] }, state);
  const summed = program.variable(`${name}/sums`, { shape: [codes, dimension] }, state);

  return {
    update(codebook, flat, indices, counts, revived) {
      const step = ops.add(steps.read(), ops.scalar(1, 'int32'));
      const unbiased = ops.sub(1, ops.pow(decay, ops.cast(step, 'float32')));
      let hiddenCounts = toward(counted.read(), counts, decay);
      let hiddenSums = toward(summed.read(), ops.unsortedSegmentSum(flat, indices, codes), decay);

      const sizes = ops.div(hiddenCounts, unbiased);
      const total = ops.sum(sizes);
      const smoothed = ops.mul(ops.div(ops.add(sizes, epsilon), ops.add(total, codes * epsilon)), total);
      let vectors = ops.div(ops.div(hiddenSums, unbiased), ops.expandDims(smoothed, 1));
      if (isUnit) {
        const isKnown = ops.expandDims(ops.greater(hiddenCounts, 0), 1);
        vectors = ops.where(isKnown, ops.l2Normalize(vectors, -1, SHORTEST), codebook.read());
      }

      if (revived) {
        // As if each of these codes had been given just this vector at every step so far: N̂ = 1 and Ŝ = the vector.
        const rows = ops.expandDims(revived.rows, 1);
        hiddenCounts = ops.where(revived.rows, ops.mul(ops.ones([codes]), unbiased), hiddenCounts);
        hiddenSums = ops.where(rows, ops.mul(revived.values, unbiased), hiddenSums);
        vectors = ops.where(rows, revived.values, vectors);
      }
      return [
        { kind: 'assign', variable: steps, value: step },
        { kind: 'assign', variable: counted, value: hiddenCounts },
        { kind: 'assign', variable: summed, value: hiddenSums },
        { kind: 'assign', variable: codebook, value: vectors },
      ];
    },
    begunWith(means, found) {
      const share = 1 - decay;
      const values = { counts: new Float32Array(codes), sums: new Float32Array(codes * dimension) };
      values.counts.set(found.map((count) => share * count));
      values.sums.set(means.map((value, at) => share * value * (found[Math.floor(at / dimension)] ?? 0)));
      return { [steps.name]: Int32Array.of(1), [counted.name]: values.counts, [summed.name]: values.sums };
    },
  };
}

/** average − (average − value)(1 − γ) */
function toward(average: Tensor, value: Tensor, decay: number): Tensor {
  return ops.sub(average, ops.mul(ops.sub(average, value), 1 - decay));
}
