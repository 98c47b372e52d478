import type { TrainingSpec } from '@shared/specs';
import { type Program, type Variable, assign } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';
import type { RowReplacement } from './optimizers';

/** Names of the averages among the program's variables: `average/<name of the weight>`. */
const PREFIX = 'average/';

export type WeightAverages = NonNullable<ReturnType<typeof createAverages>>;

/**
 * Exponential moving averages of all trained weights (after Polyak and Juditsky 1992):
 *
 *   w̄ ← w̄ + (1 − d)(w − w̄)   after every update, with d = min(decay, (1 + t) / (10 + t))
 *
 * where t counts updates from 1: early averages forget the first, random weights quickly, as TensorFlow's
 * ExponentialMovingAverage with `num_updates` does. Averages start as the first weights (`restart` after these were
 * set). Undefined for a decay of 0.
 */
export function createAverages(program: Program, { averageDecay }: Pick<TrainingSpec, 'averageDecay'>) {
  if (averageDecay === 0) return undefined;
  const pairs = program.trainable.map((weight) => ({ weight, average: averageOf(program, weight) }));
  const update = program.define('average', { feeds: { share: { shape: [], dtype: 'float32' } } }, ({ share }) => {
    for (const { weight, average } of pairs) {
      const off = ops.sub(weight.read(), average.read());
      assign(average, ops.add(average.read(), ops.mul(off, share)));
    }
    return { share };
  });
  const exchange = program.define('exchange-averages', { feeds: {} }, () => {
    for (const { weight, average } of pairs) {
      assign(weight, average.read());
      assign(average, weight.read());
    }
    return { done: ops.scalar(1) };
  });

  return {
    /** Rows that got other values have them as their average, too; in a function that updates no averages otherwise. */
    replace(variable: Variable, { rows, values }: RowReplacement): void {
      const average = pairs.find(({ weight }) => weight === variable)?.average;
      if (average) assign(average, ops.where(ops.expandDims(rows, 1), values, average.read()));
    },
    /** The averages become the weights as they are. */
    restart: (): void => void update.run({ share: 1 }),
    /** Once after every update, with its step. */
    update: (step: number): void => void update.run({ share: 1 - decayAt(averageDecay, step) }),
    /** Has the averages in place of the weights until `work` is over. */
    async during<T>(work: () => T | Promise<T>): Promise<T> {
      exchange.run({});
      try {
        return await work();
      } finally {
        exchange.run({});
      }
    },
    /** Names of weights and of their averages. */
    names: pairs.map(({ weight, average }) => ({ weight: weight.name, average: average.name })),
  };
}

/** The decay of an update; `step` from 1. */
export function decayAt(decay: number, step: number): number {
  return Math.min(decay, (1 + step) / (10 + step));
}

function averageOf(program: Program, weight: Variable): Variable {
  const value = weight.current();
  try {
    return program.variable(`${PREFIX}${weight.name}`, value, { trainable: false });
  } finally {
    value.dispose();
  }
}
