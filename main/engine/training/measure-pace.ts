import { setImmediate } from 'node:timers/promises';
import type { Pace } from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  type CodesLatent,
  type RunSpec,
  type Signal,
  isAutoencoder,
  isVectorPrior,
  latentSize,
  layersOf,
  mediumOf,
  newItems,
} from '@shared/specs';
import { createAutoencoder } from '../autoencoders';
import { phasesOf } from '../nn';
import { createCodePrior, createVectorPrior } from '../priors';
import { type Program, createProgram } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { learnerOf } from './autoencoder-session';
import { comfortableBatch, defineEvaluation } from './inference';
import type { PlannedGround } from './plan-prior';
import { mismatch } from './prior-ground';
import { type Batch, type Learner, defineTrainStep } from './train-step';

/**
 * Steps are repeated until they have taken this long together, and their median is taken; one that takes as long is
 * enough.
 */
const ENOUGH_MS = 1200;
const FEWEST_STEPS = 3;
const MOST_STEPS = 20;
/** A first step as long as this is not repeated, though what is done once is in it. */
const LONG_MS = 5000;
/** Where a run's steps are looked at, to see which parts of the loss take part in how many of them. */
const LOOKED_AT = 64;
/** About this share of a step is its forward pass. */
const FORWARD_SHARE = 1 / 3;
/** Models that are fitted whole before the first step: a step says nothing about how long that takes. */
const fittedAtOnce: ReadonlySet<string> = new Set(['pca', 'gaussian', 'mixture']);

/** What is measured with, and how much is held out. */
export interface PacedGround extends PlannedGround {
  heldOut: number;
}

/**
 * How long a step of a configuration takes here: real training steps of the whole model on made-up data, which cost
 * what real ones cost. Where some steps have parts that others have not (a discriminator before its onset) each kind is
 * measured and counted as often as it occurs. Null of what is fitted at once.
 * @throws CANCELLED between two steps; BAD_REQUEST for what can't be trained
 */
export async function measurePace(spec: RunSpec, ground: PacedGround, signal: AbortSignal): Promise<Pace | null> {
  if (fittedAtOnce.has(spec.model.kind)) return null;
  const { training } = spec;
  const program = createProgram({ seed: training.seed });
  try {
    const { learner, batch, evaluation } = trained(program, spec, ground);
    const trainStep = defineTrainStep(program, learner, training);
    program.compile();
    let [steps, millisecondsPerStep] = [0, 0];
    const kinds = kindsOfStep(phasesOf(program).at, training.steps);
    for (const { at, share } of kinds) {
      const part = async (which: number) => {
        const times = await repeated(() => trainStep.run(batch, at, which), signal);
        steps += times.length;
        return medianOf(times);
      };
      const last = await part(training.accumulate - 1);
      const others = training.accumulate > 1 ? (training.accumulate - 1) * (await part(0)) : 0;
      millisecondsPerStep += share * (last + others);
    }
    const perItem = evaluation
      ? medianOf(await repeated(evaluation.run, signal)) / evaluation.items
      : (FORWARD_SHARE * millisecondsPerStep) / (training.batch * training.accumulate);
    return {
      millisecondsPerStep,
      steps,
      kinds: kinds.length,
      secondsPerEvaluation: (perItem * ground.heldOut) / 1000,
    };
  } finally {
    program.dispose();
  }
}

/** One step of each kind, and the share of all steps that are of that kind. */
export function kindsOfStep(phaseAt: (step: number) => string, steps: number): { at: number; share: number }[] {
  const looked = Math.min(LOOKED_AT, steps);
  const found = new Map<string, { at: number; count: number }>();
  for (let place = 0; place < looked; place++) {
    const at = 1 + Math.floor((place * steps) / looked);
    const known = found.get(phaseAt(at));
    if (known) known.count += 1;
    else found.set(phaseAt(at), { at, count: 1 });
  }
  return [...found.values()].map(({ at, count }) => ({ at, share: count / looked }));
}

/** Milliseconds of each of several runs, without the first, in which what is done once is done. */
async function repeated(run: () => unknown, signal: AbortSignal): Promise<number[]> {
  const timed = async (): Promise<number> => {
    await setImmediate();
    if (signal.aborted) throw new AppError('CANCELLED', 'Cancelled.');
    const since = performance.now();
    run();
    return performance.now() - since;
  };
  const first = await timed();
  if (first > LONG_MS) return [first];
  const times: number[] = [];
  let together = 0;
  while (times.length < MOST_STEPS && (together < ENOUGH_MS || times.length < FEWEST_STEPS)) {
    const one = await timed();
    times.push(one);
    together += one;
    if (one > ENOUGH_MS) break;
  }
  return times;
}

function medianOf(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)] ?? 0;
}

interface Trained {
  learner: Learner;
  batch: Batch;
  /** An evaluation of a few items; without it its cost is estimated from a step's. */
  evaluation?: { items: number; run(): unknown };
}

function trained(program: Program, { model, training }: RunSpec, { signal, latent, classes }: PacedGround): Trained {
  const { batch, seed } = training;
  if (isAutoencoder(model)) {
    const autoencoder = createAutoencoder(program, model, { signal, dataVariance: 1, seed });
    const items = comfortableBatch(signal);
    const evaluate = defineEvaluation(program, autoencoder, items);
    const [some, others] = [madeUpItems(signal, batch), madeUpItems(signal, items)];
    return {
      learner: learnerOf(autoencoder, batch, 1),
      batch: { stored: some },
      evaluation: { items, run: () => evaluate.run({ stored: others, at: 0 }) },
    };
  }
  if (isVectorPrior(model)) {
    if (latent?.kind !== 'vector') throw mismatch(model, 'autoencoder.run');
    const prior = createVectorPrior(program, model, { latent, seed });
    return {
      learner: {
        feeds: { vectors: { shape: [batch, latent.length], dtype: 'float32' } },
        loss: (fed, step) => prior.loss(fed.vectors as Tensor, step),
      },
      batch: { vectors: Float32Array.from(madeUpBytes(batch * latent.length), (value) => value / 64 - 2) },
    };
  }
  if (latent?.kind !== 'codes') throw mismatch(model, 'autoencoder.run');
  const prior = createCodePrior(program, model, { latent, classes, seed });
  return {
    learner: {
      feeds: {
        codes: { shape: [batch, latentSize(latent)], dtype: 'int32' },
        labels: { shape: [batch], dtype: 'int32' },
      },
      loss: (fed, step) => prior.loss(fed.codes as Tensor, fed.labels as Tensor, step),
    },
    batch: {
      codes: madeUpCodes(latent, batch),
      labels: Int32Array.from({ length: batch }, (_, item) => (classes > 0 ? item % classes : -1)),
    },
  };
}

/** Bytes with no pattern that anything could be quick at. */
const madeUpBytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => Math.imul(at + 1, 0x9e3779b1) >>> 24);

/** Items of noise over all of the medium's range. */
function madeUpItems(signal: Signal, count: number) {
  const [low, high] = mediumOf(signal).range;
  const items = newItems(signal, count);
  const random = madeUpBytes(items.length);
  for (let at = 0; at < items.length; at++) items[at] = low + (random[at]! / 255) * (high - low);
  return items;
}

function madeUpCodes(latent: CodesLatent, items: number): Int32Array {
  const size = latentSize(latent);
  const codes = new Int32Array(items * size);
  const random = madeUpBytes(items * size);
  for (const { first, stride, cells, codes: vocabulary } of layersOf(latent)) {
    for (let item = 0; item < items; item++) {
      for (let cell = 0; cell < cells; cell++) {
        const at = item * size + first + cell * stride;
        codes[at] = (random[at]! * 257) % vocabulary;
      }
    }
  }
  return codes;
}
