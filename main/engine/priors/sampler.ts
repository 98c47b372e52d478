import { type Program, assign } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

export interface SampleOptions {
  /** The same seed draws the same sequences. */
  seed: number;
  /** Above 0; 1 draws from the model's distribution, less from a sharper one. */
  temperature?: number;
  /** Codes that are settled: int32 [N, L], −1 where one is to be drawn. All are drawn if left out. */
  given?: Int32Array;
}

/** Draws sequences from a model that goes code by code. */
export interface Sampler {
  /** @returns codes [N, L] int32 in [0, K) */
  sample(options: SampleOptions): Int32Array;
  /** The codes of one position [N]; positions come in order, from 0. */
  step(position: number, options: SampleOptions): Int32Array;
}

/**
 * Logits [N, K] of the code at `position` (int32 [1]), given the code before it, `last` [N] (any at position 0). What came
 * earlier it remembers from the calls before, so positions come in order; position 0 begins anew.
 */
export type NextLogits = (last: Tensor, position: Tensor) => Tensor;

/**
 * One graph call a position: the model goes a step, a code is drawn for each sequence, and that code waits in the variable
 * `name/last` for the next call. A draw is a function of seed and position alone.
 */
export function createSampler(
  program: Program,
  name: string,
  { length, batch }: { length: number; batch: number },
  next: NextLogits,
): Sampler {
  const last = program.variable(`${name}/last`, { shape: [batch], dtype: 'int32' }, { trainable: false });
  const feeds = {
    position: { shape: [1], dtype: 'int32' },
    seed: { shape: [], dtype: 'int32' },
    temperature: { shape: [], dtype: 'float32' },
    given: { shape: [batch], dtype: 'int32' },
  } as const;
  const advance = program.define(`${name}/step`, { feeds }, ({ position, seed, temperature, given }) => {
    const logits = ops.div(next(last.read(), position), temperature);
    const drawn = ops.random.categorical(logits, ops.concat([ops.reshape(seed, [1]), position], 0));
    const codes = ops.where(ops.less(given, 0), drawn, given);
    assign(last, codes);
    return { codes };
  });
  const free = new Int32Array(batch).fill(-1);

  const step = (position: number, { seed, temperature = 1, given }: SampleOptions): Int32Array => {
    const settled = given ? free.map((_, row) => given[row * length + position] ?? -1) : free;
    return advance.run({ position, seed, temperature, given: settled }).codes.data as Int32Array;
  };
  return {
    step,
    sample(options) {
      const codes = new Int32Array(batch * length);
      for (let position = 0; position < length; position++)
        step(position, options).forEach((code, row) => (codes[row * length + position] = code));
      return codes;
    },
  };
}
