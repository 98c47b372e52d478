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
 * Positions that one graph call draws. What a call costs whatever it does, and reading every weight's variable, is then paid once
 * for all of them.
 */
const STRETCH = 8;

/**
 * A graph call a position, or for whole sequences one for `STRETCH` positions: the model goes a step, a code is drawn for each
 * sequence and goes into the next step; the last one waits in the variable `name/last` for the next call. A draw is a function of
 * seed and position alone, however many a call draws.
 */
export function createSampler(
  program: Program,
  name: string,
  { length, batch }: { length: number; batch: number },
  next: NextLogits,
): Sampler {
  const last = program.variable(`${name}/last`, { shape: [batch], dtype: 'int32' }, { trainable: false });
  const free = new Int32Array(batch * length).fill(-1);

  /** Draws `count` positions from one on: codes [count · N], position by position. */
  const advance = (label: string, count: number) => {
    const feeds = {
      position: { shape: [1], dtype: 'int32' },
      seed: { shape: [1], dtype: 'int32' },
      temperature: { shape: [], dtype: 'float32' },
      given: { shape: [count * batch], dtype: 'int32' },
    } as const;
    const call = program.define(`${name}/${label}`, { feeds }, ({ position, seed, temperature, given }) => {
      const settled = ops.split(given, count);
      const drawn = settled.reduce<Tensor[]>((before, codes, index) => {
        const place = index === 0 ? position : ops.add(position, ops.scalar(index, 'int32'));
        const logits = ops.div(next(before.at(-1) ?? last.read(), place), temperature);
        const free = ops.random.categorical(logits, ops.concat([seed, place], 0));
        return [...before, ops.where(ops.less(codes, 0), free, codes)];
      }, []);
      assign(last, drawn.at(-1) as Tensor);
      return { codes: ops.concat(drawn, 0) };
    });
    return (position: number, { seed, temperature = 1, given }: SampleOptions): Int32Array => {
      const settled = free.subarray(0, count * batch);
      const codes = given
        ? settled.map((_, at) => given[(at % batch) * length + position + Math.floor(at / batch)] ?? -1)
        : settled;
      return call.run({ position, seed, temperature, given: codes }).codes.data as Int32Array;
    };
  };
  const step = advance('step', 1);
  const stretch = length >= STRETCH ? advance('stretch', STRETCH) : undefined;

  return {
    step,
    sample(options) {
      const codes = new Int32Array(batch * length);
      for (let position = 0; position < length;) {
        const isStretch = stretch !== undefined && position + STRETCH <= length;
        const drawn = (isStretch ? stretch : step)(position, options);
        drawn.forEach((code, at) => (codes[(at % batch) * length + position + Math.floor(at / batch)] = code));
        position += drawn.length / batch;
      }
      return codes;
    },
  };
}
