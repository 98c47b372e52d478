import type { CodebookSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { VariableUpdate } from '../tensorflow/graph';

/** Codes brought back in this step. */
export interface Revived {
  /** Which: bool [K]. */
  rows: Tensor;
  /** Where to, meaningful in those rows: [K, D]. */
  values: Tensor;
  updates: readonly VariableUpdate[];
}

/** Sets the draws of this file apart from others that a step makes with the run's seed. */
const STREAMS = { within: 11, turn: 12 } as const;

/**
 * Moves codes that were unused for `reviveAfter` steps in a row to encoder outputs of the batch, drawn from the run's seed
 * and the step. Counts idle steps in a variable, so that a continued run revives as an uninterrupted one.
 */
export function codeRevival(program: Program, name: string, spec: CodebookSpec, seed: number) {
  const idle = program.variable(`${name}/idle`, { shape: [spec.codes], dtype: 'int32' }, { trainable: false });
  const none = () => ops.zeros([spec.codes], 'int32');
  return {
    /** @param flat encoder outputs [M, D], @param counts times each code was used in the batch [K] */
    revive(flat: Tensor, counts: Tensor, step: Tensor): Revived {
      const idleNow = ops.where(ops.greater(counts, 0), none(), ops.add(idle.read(), ops.scalar(1, 'int32')));
      const rows = ops.greaterEqual(idleNow, spec.reviveAfter);
      return {
        rows,
        values: ops.gather(flat, draw(spec.codes, flat.shape[0] ?? 1, seed, step)),
        updates: [{ kind: 'assign', variable: idle, value: ops.where(rows, none(), idleNow) }],
      };
    },
  };
}

/**
 * One of `count` places for each code: int32 [codes]. Each code draws within a slice of its own and all turn by one random
 * amount, so that places differ as long as there are enough of them: two codes at one place would stay one code.
 */
function draw(codes: number, count: number, seed: number, step: Tensor): Tensor {
  const within = ops.random.uniform([codes], ops.seedOf(seed, step, STREAMS.within));
  const turn = ops.random.uniform([1], ops.seedOf(seed, step, STREAMS.turn));
  const around = ops.add(ops.div(ops.add(ops.cast(ops.range(0, codes), 'float32'), within), codes), turn);
  const places = ops.cast(ops.floor(ops.mul(ops.sub(around, ops.floor(around)), count)), 'int32');
  return ops.minimum(places, ops.scalar(count - 1, 'int32'));
}
