import type { TrainingSpec } from '@shared/specs';
import { AppError } from '@shared/errors';
import { valueAt } from '@shared/maths';
import type { VariableUpdate } from '../tensorflow/graph';
import { phasesOf, stepScalars } from '../nn';
import { isTrunkWeight } from '../perceptual';
import {
  type FeedSpec,
  type HostArray,
  type HostTensor,
  type Program,
  type Variable,
  assign,
  constantGradientsOf,
  item,
  withTape,
} from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { type Accumulation, createAccumulation } from './accumulation';
import { type WeightAverages, createAverages } from './averages';
import { type Optimizer, type RowReplacement, createOptimizer } from './optimizers';

/** The feeds of a batch by their names, and their values. */
export type BatchFeeds = Readonly<Record<string, FeedSpec>>;
export type Batch = Readonly<Record<string, HostArray>>;

/**
 * What a batch's loss is made of; the scalars of a model's loss, and what the step changes besides the trained weights.
 */
export interface LearntLoss {
  total: Tensor;
  terms: Readonly<Record<string, Tensor>>;
  metrics: Readonly<Record<string, Tensor>>;
  updates?: readonly VariableUpdate[];
  /**
   * Trained variables that this step leaves as they are: `total` doesn't depend on them in its phase (see `lossPart`).
   */
  frozen?: readonly Variable[];
}

/** What training needs to know of a model, whatever it is fed. */
export interface Learner {
  /** Shapes of the tensors fed for one batch. */
  readonly feeds: BatchFeeds;
  /** Adds to the program what training alone needs; before the first loss. */
  beginTraining?(): void;
  /** The loss of a batch; `step` (int32 scalar, from 1) seeds what is random in it. */
  loss(batch: Readonly<Record<string, Tensor>>, step: Tensor): LearntLoss;
}

/**
 * Numbers of a batch: the loss, its terms and the model's metrics, with the weights from before the update.
 */
export interface StepResult {
  loss: number;
  terms: Record<string, number>;
  /** By the names of their series. */
  metrics: Record<string, number>;
  /** Global norm of the gradients before clipping; absent when clipping is off. */
  gradientNorm?: number;
}

/** The gradient of each variable; undefined for one that rests. */
type Gradients = readonly (Tensor | undefined)[];

/**
 * Adds the training step to the program: one graph call that computes loss and gradients and updates everything; with
 * accumulation one call a batch, and one more where weights are averaged. Where some steps go without parts of the loss
 * (`lossPart`) each phase has calls of its own, added when a step first needs them; the first step's are there at once.
 */
export function defineTrainStep(program: Program, learner: Learner, training: TrainingSpec) {
  const { steps, accumulate } = training;
  learner.beginTraining?.();
  const optimizer = createOptimizer(program, training);
  const averages = createAverages(program, training);
  const accumulation = accumulate > 1 ? createAccumulation(program, optimizer.variables) : undefined;
  const scalars = stepScalars(program);
  const phases = phasesOf(program);
  const feeds = {
    ...learner.feeds,
    step: { shape: [], dtype: 'int32' },
    scalars: scalars.feed,
  } as const;
  type Body = (loss: LearntLoss, grads: Gradients) => Record<string, Tensor>;
  const define = (name: string, phase: string, finish: Body) =>
    program.define(phase ? `${name}-${phase}` : name, { feeds }, (fed): Record<string, Tensor> => {
      const one = () => {
        const { loss, grads } = differentiate(() => learner.loss(fed, fed.step), optimizer.variables);
        const more = finish(loss, grads);
        return { loss: loss.total, ...more, ...named(TERM, loss.terms), ...named(METRIC, loss.metrics) };
      };
      return scalars.within(fed.scalars, () => phases.within(phase, one));
    });
  const update: Body = (loss, grads) => {
    const replaced = carryOut(loss);
    const all = accumulation ? accumulation.finish(grads, accumulate) : grads;
    for (const [variable, replacement] of replaced) averages?.replace(variable, replacement);
    const { norm } = optimizer.apply(all, replaced);
    const reported: Record<string, Tensor> = norm ? { [NORM]: norm } : {};
    return reported;
  };
  const callsOf = (phase: string) => {
    const trainStep = define('train-step', phase, update);
    const gather = accumulation && define('accumulate', phase, gathering(accumulation, optimizer, averages));
    return { trainStep, gather: gather ?? trainStep };
  };
  const known = new Map([[phases.at(1), callsOf(phases.at(1))]]);
  const callsAt = (at: number) => {
    const phase = phases.at(at);
    const calls = known.get(phase) ?? callsOf(phase);
    known.set(phase, calls);
    return calls;
  };

  return {
    averages,
    /**
     * What is state of training between two steps; accumulated gradients live within one, the perceptual trunk never
     * changes.
     */
    isLasting: (name: string) => !accumulation?.names.has(name) && !isTrunkWeight(name),
    /** The learning rate of an update, and every schedule's value, by the name of its metric. */
    scheduledAt: (at: number): Record<string, number> => ({
      'learning-rate': valueAt(training.learningRate, at, steps),
      ...withPrefix('schedule/', scalars.scheduledAt(at, steps)),
    }),
    /**
     * One batch of a step; the update comes with the last.
     * @param batch the values of the learner's feeds
     * @param at the step, counted from 1
     * @param part which of the accumulated batches, counted from 0
     */
    run(batch: Batch, at: number, part = accumulate - 1): StepResult {
      const isLast = part === accumulate - 1;
      const { trainStep, gather } = callsAt(at);
      const call = isLast ? trainStep : gather;
      // What is random differs between the batches of a step.
      const step = (at - 1) * accumulate + part + 1;
      const output = call.run({ ...batch, step, scalars: scalars.valuesAt(at, steps) });
      if (isLast) averages?.update(at);
      return resultOf(output);
    },
  };
}

const TERM = 'term-';
const METRIC = 'metric-';
const NORM = 'gradient-norm';

/** Carries out what the loss changes besides trained weights; returns what it wants of these. */
function carryOut({ updates = [] }: LearntLoss): Map<Variable, RowReplacement> {
  const replaced = new Map<Variable, RowReplacement>();
  for (const update of updates) {
    if (update.kind === 'assign') assign(update.variable, update.value);
    else replaced.set(update.variable, update);
  }
  return replaced;
}

/** A batch that isn't the step's last: its gradients are kept, rows are replaced at once. */
function gathering(accumulation: Accumulation, { forget }: Optimizer, averages: WeightAverages | undefined) {
  return (loss: LearntLoss, grads: Gradients) => {
    const replaced = carryOut(loss);
    accumulation.add(grads, replaced);
    for (const [variable, replacement] of replaced) {
      forget(variable, replacement.rows);
      averages?.replace(variable, replacement);
    }
    return {};
  };
}

/** The loss, and its gradients with respect to what doesn't rest. */
function differentiate(compute: () => LearntLoss, variables: readonly Variable[]) {
  return withTape(() => {
    const loss = compute();
    const frozen = new Set(loss.frozen);
    const trained = variables.filter((one) => !frozen.has(one));
    const found = new Map(constantGradientsOf(loss.total, trained).map((gradient, at) => [trained[at], gradient]));
    return { loss, grads: variables.map((one) => found.get(one)) };
  });
}

function resultOf({ loss, [NORM]: norm, ...rest }: Record<string, HostTensor>): StepResult {
  if (!loss) throw new AppError('INTERNAL', 'The training step lost an output.');
  const withoutPrefix = (prefix: string): Record<string, number> =>
    Object.fromEntries(
      Object.entries(rest).flatMap(([name, value]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), item(value)] as const] : [],
      ),
    );
  return {
    loss: item(loss),
    terms: withoutPrefix(TERM),
    metrics: withoutPrefix(METRIC),
    ...(norm ? { gradientNorm: item(norm) } : {}),
  };
}

/** A step's numbers from its batches': means, and the norm of the whole gradient, which only the last batch knows. */
export function meanOfBatches(results: readonly StepResult[]): StepResult {
  const last = results.at(-1);
  if (!last || results.length === 1) return last ?? { loss: NaN, terms: {}, metrics: {} };
  const mean = (value: (one: StepResult) => number) =>
    results.reduce((sum, one) => sum + value(one), 0) / results.length;
  const means = (of: 'terms' | 'metrics') =>
    Object.fromEntries(Object.keys(last[of]).map((name) => [name, mean((one) => one[of][name] ?? NaN)]));
  return { ...last, loss: mean(({ loss }) => loss), terms: means('terms'), metrics: means('metrics') };
}

const named = (prefix: string, tensors: Readonly<Record<string, Tensor>>) => withPrefix(prefix, tensors);

function withPrefix<T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}
