import type { TrainingSpec } from '@shared/specs';
import { type FeedSpec, type Program, type Variable, applyAdam, assign } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { learningRateAt } from './schedule';

/** What changes from one update to the next; computed outside the graph in double precision and fed. */
const scalar: FeedSpec = { shape: [], dtype: 'float32' };
export const adamFeeds = { learningRate: scalar, beta1Power: scalar, beta2Power: scalar, epsilon: scalar };
export type AdamFeeds = keyof typeof adamFeeds;

/**
 * The feeds of an update. TensorFlow's kernel adds ε before the bias correction of v, the paper's algorithm 1 after it;
 * ε · sqrt(1 − β₂ᵗ) makes the two one.
 * @param step counted from 1
 */
export function adamFeedsAt(training: TrainingSpec, step: number): Record<AdamFeeds, number> {
  const beta2Power = training.beta2 ** step;
  return {
    learningRate: learningRateAt(training, step),
    beta1Power: training.beta1 ** step,
    beta2Power,
    epsilon: training.epsilon * Math.sqrt(1 - beta2Power),
  };
}

/** Rows of a trained variable that take other values than their gradient says; see `VariableUpdate`. */
export interface RowReplacement {
  rows: Tensor;
  values: Tensor;
}

/** Adam (Kingma and Ba 2015, algorithm 1) over all trainable variables; its moments are variables `adam/m/…`, `adam/v/…`. */
export function createAdam(program: Program, { beta1, beta2 }: Pick<TrainingSpec, 'beta1' | 'beta2'>) {
  const variables = program.trainable;
  const moment = (name: string, { shape }: Variable) =>
    program.variable(`adam/${name}`, { shape }, { trainable: false });
  const slots = variables.map((one) => ({ m: moment(`m/${one.name}`, one), v: moment(`v/${one.name}`, one) }));

  return {
    /** What the gradients are taken with respect to. */
    variables,
    /** Notes one update of every variable; only inside a function of the program. */
    apply(
      gradients: readonly Tensor[],
      feeds: Record<AdamFeeds, Tensor>,
      replaced: ReadonlyMap<Variable, RowReplacement>,
    ) {
      variables.forEach((variable, index) => {
        const [slot, gradient] = [slots[index], gradients[index]];
        if (!slot || !gradient) return;
        const replacement = replaced.get(variable);
        if (replacement) applyWithReplacement(variable, slot, gradient, { ...feeds, beta1, beta2 }, replacement);
        else applyAdam(variable, slot, gradient, { ...feeds, beta1, beta2 });
      });
    },
  };
}

/** The same update out of single ops, for the one variable whose rows may be replaced: a variable changes once a step. */
function applyWithReplacement(
  variable: Variable,
  slots: { m: Variable; v: Variable },
  gradient: Tensor,
  settings: Record<AdamFeeds, Tensor> & { beta1: number; beta2: number },
  { rows, values }: RowReplacement,
): void {
  const { learningRate, beta1, beta2, beta1Power, beta2Power, epsilon } = settings;
  const m = toward(slots.m.read(), gradient, 1 - beta1);
  const v = toward(slots.v.read(), ops.square(gradient), 1 - beta2);
  const rate = ops.div(ops.mul(learningRate, ops.sqrt(ops.sub(1, beta2Power))), ops.sub(1, beta1Power));
  const moved = ops.sub(variable.read(), ops.div(ops.mul(rate, m), ops.add(ops.sqrt(v), epsilon)));
  const column = ops.expandDims(rows, 1);
  assign(variable, ops.where(column, values, moved));
  assign(slots.m, ops.where(column, ops.zeros(m.shape), m));
  assign(slots.v, ops.where(column, ops.zeros(v.shape), v));
}

function toward(average: Tensor, value: Tensor, share: number): Tensor {
  return ops.add(average, ops.mul(ops.sub(value, average), share));
}
