import { scoreIn } from '@shared/metrics';
import { setImmediate } from 'node:timers/promises';
import type { Evaluation } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type CodesLatent, type Signal, latentSize, layersOf, valuesOf } from '@shared/specs';
import type { CodePrior } from '../priors';
import type { Program } from '../tensorflow/graph';
import type { DatasetCodes } from './dataset-latents';

/** Sequences that are judged at once. */
const BATCH = 64;

/** Adds to the program −log p of each code of `batch` items, and whether it is the likeliest: see `Prior.judge`. */
function defineJudge(program: Program, prior: CodePrior, batch: number) {
  const feeds = {
    codes: { shape: [batch, latentSize(prior.latent)], dtype: 'int32' },
    labels: { shape: [batch], dtype: 'int32' },
  } as const;
  return program.define(`judge-${batch}`, { feeds }, ({ codes, labels }) => prior.judge(codes, labels));
}

/** Adds how unlikely each code of one item is beside the others: see `Prior.surprise`. */
export function defineSurprise(program: Program, prior: CodePrior) {
  const feeds = {
    codes: { shape: [1, latentSize(prior.latent)], dtype: 'int32' },
    labels: { shape: [1], dtype: 'int32' },
  } as const;
  return program.define('surprise', { feeds }, ({ codes, labels }) => ({
    nats: prior.surprise?.(codes, labels) ?? prior.judge(codes, labels).nats,
  }));
}

/** What a prior is judged on. */
export interface JudgedItems {
  codes: DatasetCodes;
  /** Numbers of the items, and of those that the unigram is counted on. */
  items: Uint32Array;
  train: Uint32Array;
  /** Class of every item of the dataset, −1 for none. */
  labels: Int32Array;
}

/**
 * Adds the judging of a prior to a program; the returned function judges the present weights over a split. `measures`,
 * over all codes of its items: `nats`, the mean of −log p per code; `accuracy`, the share of codes that were the
 * likeliest; `bits-per-dimension`, bits of an item's codes per value of the item; these three with `-in-rounds-T`
 * after their names where a prior draws codes in T rounds, not one by one (`Prior.rounds`). `nats-uniform`, ln K, is
 * what knowing nothing costs; `nats-unigram`, what knowing how often each code occurs in the training split costs
 * (counts with one added, by layer).
 */
export function createPriorEvaluator(program: Program, prior: CodePrior, itemSignal: Signal) {
  const size = latentSize(prior.latent);
  const judge = defineJudge(program, prior, BATCH);
  // The weights have no say in it: while a run trains it is asked for the same items again and again.
  let counted: { of: JudgedItems; nats: number } | undefined;
  const unigramOf = (of: JudgedItems): number => {
    const isKnown = counted?.of.codes === of.codes && counted.of.items === of.items && counted.of.train === of.train;
    if (!counted || !isKnown)
      counted = { of, nats: unigram(prior.latent, of.codes.of(of.train), of.codes.of(of.items)) };
    return counted.nats;
  };

  return async (
    judged: JudgedItems,
    what: Pick<Evaluation, 'split' | 'step'>,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?(done: number, total: number): void } = {},
  ): Promise<Evaluation> => {
    const { codes, items, labels } = judged;
    let [nats, hits] = [0, 0];
    for (let at = 0; at < items.length; at += BATCH) {
      if (signal?.aborted) throw new AppError('CANCELLED', 'The evaluation was cancelled.');
      const some = items.subarray(at, at + BATCH);
      const padded = new Int32Array(BATCH * size);
      padded.set(codes.of(some));
      const told = Int32Array.from({ length: BATCH }, (_, index) => labels[some[index] ?? -1] ?? -1);
      const found = judge.run({ codes: padded, labels: told });
      nats += sum(found.nats.data, some.length * size);
      hits += sum(found.hits.data, some.length * size);
      onProgress?.(at + some.length, items.length);
      await setImmediate();
    }
    const total = items.length * size;
    const suffix = prior.rounds === undefined ? '' : `-in-rounds-${prior.rounds}`;
    const measures = {
      [`nats${suffix}`]: nats / total,
      [`accuracy${suffix}`]: hits / total,
      [`bits-per-dimension${suffix}`]: nats / items.length / Math.LN2 / valuesOf(itemSignal),
      'nats-uniform': meanOfCodes(prior.latent, ({ codes: k }) => Math.log(k)),
      'nats-unigram': unigramOf(judged),
    };
    return { ...what, items: items.length, score: scoreIn(measures), measures };
  };
}

function sum(values: ArrayLike<number>, count: number): number {
  let all = 0;
  for (let at = 0; at < count; at++) all += values[at] ?? 0;
  return all;
}

/** Mean over an item's codes of what is the same for all codes of a layer. */
function meanOfCodes(latent: CodesLatent, of: (layer: { codes: number }) => number): number {
  const sum = layersOf(latent).reduce((total, layer) => total + of(layer) * layer.cells, 0);
  return sum / latentSize(latent);
}

/** Mean of −log q a code, with q how often each code of a layer occurs in `known`, plus one. */
function unigram(latent: CodesLatent, known: Int32Array, judged: Int32Array): number {
  const layers = layersOf(latent);
  const size = latentSize(latent);
  let nats = 0;
  for (const { first, stride, cells, codes } of layers) {
    const counts = new Float64Array(codes).fill(1);
    const everyCode = (of: Int32Array, visit: (code: number) => void): void => {
      for (let item = 0; item < of.length; item += size)
        for (let cell = 0; cell < cells; cell++) visit(of[item + first + cell * stride] ?? 0);
    };
    everyCode(known, (code) => (counts[code] = (counts[code] ?? 0) + 1));
    const log = Math.log(counts.reduce((a, b) => a + b, 0));
    everyCode(judged, (code) => (nats += log - Math.log(counts[code] ?? 1)));
  }
  return nats / judged.length;
}
