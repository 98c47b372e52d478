import { AppError } from '@shared/errors';
import { type Scheduled, asSchedule, isConstant, valueAt } from '@shared/maths';
import type { FeedSpec, Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/**
 * A number of a model that may change from step to step, as its loss reads it: a scalar tensor while a training step runs,
 * a plain number (what its schedule begins with) anywhere else, and always where it is constant.
 */
export type Hyper = () => number | Tensor;

interface StepScalar {
  name: string;
  /** @param step counted from 1, @param steps of the whole run */
  at(step: number, steps: number): number;
  /** Its value outside of training steps. */
  outside: number;
  /** Whether people want to see it: a schedule's value. */
  isScheduled: boolean;
}

const scalarsOf = (program: Program): StepScalar[] => program.once('step-scalars', () => []);
/** While a training step is captured or runs eagerly: its scalars by place. */
let fed: { program: Program; scalars: readonly Tensor[] } | undefined;

/**
 * A hyper-parameter of the specification, named like the program's variables. In a model file:
 *
 *     const commitment = hyper(program, 'quantizer/commitment', spec.commitment);
 *     … ops.mul(commitmentLoss, commitment())
 */
export function hyper(program: Program, name: string, value: Scheduled): Hyper {
  const { from } = asSchedule(value);
  if (isConstant(value)) return () => from;
  const at = (step: number, steps: number) => valueAt(value, step, steps);
  return addScalar(program, { name, at, outside: from, isScheduled: true });
}

/** Any other number that changes from step to step, computed outside the graph in double precision. */
export function stepScalar(program: Program, name: string, at: StepScalar['at']): Hyper {
  return addScalar(program, { name, at, outside: at(1, 1), isScheduled: false });
}

function addScalar(program: Program, scalar: StepScalar): Hyper {
  const all = scalarsOf(program);
  if (all.some(({ name }) => name === scalar.name))
    throw new AppError('INTERNAL', `The program already has a number "${scalar.name}".`);
  const place = all.push(scalar) - 1;
  return () => (fed?.program === program ? fed.scalars[place] : undefined) ?? scalar.outside;
}

/** All step scalars of a program, fed as one vector: [count] float32. Ask when model and optimizer are complete. */
export function stepScalars(program: Program) {
  const all = scalarsOf(program);
  const feed: FeedSpec = { shape: [Math.max(1, all.length)], dtype: 'float32' };
  return {
    feed,
    /** What to feed at a step. */
    valuesAt(step: number, steps: number): Float32Array {
      const values = new Float32Array(Math.max(1, all.length));
      values.set(all.map(({ at }) => at(step, steps)));
      return values;
    },
    /** The schedules among them, by name. */
    scheduledAt: (step: number, steps: number): Record<string, number> =>
      Object.fromEntries(all.filter((one) => one.isScheduled).map(({ name, at }) => [name, at(step, steps)])),
    /** Runs `body` with `vector` as the program's step scalars. */
    within<T>(vector: Tensor, body: () => T): T {
      const before = fed;
      fed = { program, scalars: all.map((_, place) => ops.reshape(ops.slice(vector, [place], [1]), [])) };
      try {
        return body();
      } finally {
        fed = before;
      }
    },
  };
}
