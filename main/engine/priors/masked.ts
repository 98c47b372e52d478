import type { CodesLatent } from '@shared/specs';
import { type Program, constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { createCandidates } from './candidates';
import { drawnMask } from './drawn-mask';
import { haltonPositions } from './halton';
import { type MaskSchedule, maskThresholds, settledPerRound } from './mask-schedules';
import type { MaskedNetwork } from './masked-network';
import { createMaskedSampler } from './masked-sampler';
import type { CodePrior } from './prior';
import { type TokenSequence, codesOf, tokensOf } from './sequence';
import { signaturesByRound } from './signatures';
import { createConditioning } from './condition';

export interface MaskedOptions {
  latent: CodesLatent;
  sequence: TokenSequence;
  classes: number;
  /** Share of the items that training shows without their class. */
  dropCondition: number;
  schedule: MaskSchedule;
  /** Share of an item's codes that training masks at the least. */
  leastMasked: number;
  /** Label smoothing in [0, 1). */
  smoothing: number;
  seed: number;
}

/** Rounds in which `judge` takes the codes to be drawn. */
const JUDGED_ROUNDS = 8;

/** Parts into which `surprise` cuts an item: each part is masked once, beside all the others. */
const PARTS = 8;

/**
 * A prior that fills masked codes in (Chang et al. 2022). Training masks ⌈γ(r) · L⌉ random codes of each item, r uniform in [0, 1), and
 * minimises the mean of −log p over the masked codes of the batch, with label smoothing.
 *
 * Drawing settles several codes a round, each given those of the rounds before, so such a prior has a likelihood only for a fixed
 * order and number of rounds: `judge` gives exactly that, for 8 rounds of the mask schedule in Halton's order. It falls short of what
 * going code by code could reach by what codes of one round would say about each other, so its measures have names of their own.
 */
export function masked(program: Program, name: string, network: MaskedNetwork, options: MaskedOptions): CodePrior {
  const { latent, sequence, classes, dropCondition, schedule, leastMasked, smoothing, seed } = options;
  const { length, vocabulary } = network;
  const weights = program.trainable.filter((variable) => variable.name.startsWith(`${name}/`));
  const conditioning = createConditioning({ classes, dropCondition, seed });
  const halton = haltonPositions(latent, sequence);
  const thresholds = maskThresholds(schedule, length, leastMasked);

  /** −log p of each token [N, L], smoothed over the tokens that can stand there. */
  const smoothed = (logits: Tensor, nats: Tensor): Tensor => {
    if (smoothing === 0) return nats;
    const logs = ops.where(sequence.possible(), ops.logSoftmax(logits), 0);
    const choices = ops.cast(constant(sequence.codes, [length], 'int32'), 'float32');
    return ops.sub(ops.mul(nats, 1 - smoothing), ops.mul(ops.div(ops.sum(logs, -1), choices), smoothing));
  };

  const measure = (logits: Tensor, tokens: Tensor) => ({
    nats: ops.sparseSoftmaxCrossEntropy(logits, tokens),
    hits: ops.cast(ops.equal(ops.argMax(logits), tokens), 'float32'),
  });

  /** Judges every code once: pass by pass, some positions given those that are seen. Both in positions, [N, L]. */
  const judgeIn = (passes: readonly Pass[], codes: Tensor, labels: Tensor) => {
    const tokens = sequence.toTokens(codes);
    const given = conditioning(labels);
    const states = passes.map(({ judged, seen }) => {
      const isSeen = ops.equal(constant(seen, [length], 'int32'), 1);
      const all = network.states(ops.where(isSeen, tokens, vocabulary), given);
      return ops.gatherAlong(all, constant(judged, [judged.length], 'int32'), 1);
    });
    const back = inverseOf(passes.flatMap(({ judged }) => [...judged]));
    const inOrder = ops.gatherAlong(ops.concat(states, 1), constant(back, [length], 'int32'), 1);
    return measure(sequence.restrict(network.head(inOrder)), tokens);
  };

  return {
    latent,
    classes,
    weights,
    rounds: JUDGED_ROUNDS,
    loss(codes, labels, step) {
      const tokens = sequence.toTokens(codes);
      const mask = drawnMask(codes.shape[0] ?? 0, thresholds, seed, step);
      const states = network.states(ops.where(mask, vocabulary, tokens), conditioning(labels, step), step);
      const logits = sequence.restrict(network.head(states));
      const { nats, hits } = measure(logits, tokens);
      return {
        total: ops.maskedMean(smoothed(logits, nats), mask),
        terms: {},
        metrics: { 'masked-nats': ops.maskedMean(nats, mask), 'masked-accuracy': ops.maskedMean(hits, mask) },
      };
    },
    judge(codes, labels) {
      const passes = roundsOf(halton, settledPerRound(schedule, length, JUDGED_ROUNDS));
      const { nats, hits } = judgeIn(passes, codes, labels);
      return { nats: sequence.toItems(nats), hits: sequence.toItems(hits) };
    },
    surprise: (codes, labels) => sequence.toItems(judgeIn(partsOf(halton), codes, labels).nats),
    signatures: signaturesByRound({ latent, sequence }, (tokens, labels) =>
      sequence.restrict(network.head(network.states(tokens, conditioning(labels)))),
    ),
    candidates: () =>
      createCandidates(program, `${name}/candidates`, sequence, (tokens, given) =>
        sequence.restrict(network.head(network.states(ops.where(ops.less(tokens, 0), vocabulary, tokens), given))),
      ),
    sampler({ batch }) {
      const sampler = createMaskedSampler(program, `${name}/sampler-${batch}`, network, {
        batch,
        schedule,
        halton,
        restrict: sequence.restrict,
      });
      return {
        *draw({ given, ...how }) {
          const drawing = sampler.draw({ ...how, ...(given && { given: tokensOf(sequence, given) }) });
          for (;;) {
            const { done, value } = drawing.next();
            if (done) return codesOf(sequence, value);
            yield { drawn: value.drawn, total: length, codes: () => codesOf(sequence, value.tokens) };
          }
        },
      };
    },
  };
}

interface Pass {
  /** Positions whose codes are judged. */
  judged: Int32Array;
  /** 1 for each position that is seen meanwhile, [L]. */
  seen: Int32Array;
}

/** In an order, so many at a time, each time given those before. */
function roundsOf(order: Int32Array, counts: readonly number[]): Pass[] {
  let before = 0;
  return counts.map((count) => {
    const seen = new Int32Array(order.length);
    for (const position of order.subarray(0, before)) seen[position] = 1;
    const judged = order.slice(before, before + count);
    before += count;
    return { judged, seen };
  });
}

/** Every eighth of an order together, given all the rest. */
function partsOf(order: Int32Array): Pass[] {
  return Array.from({ length: Math.min(PARTS, order.length) }, (_, part) => {
    const judged = order.filter((_position, rank) => rank % PARTS === part);
    const seen = new Int32Array(order.length).fill(1);
    for (const position of judged) seen[position] = 0;
    return { judged, seen };
  });
}

function inverseOf(order: readonly number[]): Int32Array {
  const inverse = new Int32Array(order.length);
  order.forEach((position, rank) => (inverse[position] = rank));
  return inverse;
}
