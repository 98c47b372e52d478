import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { type MaskSchedule, settledPerRound } from './mask-schedules';
import type { MaskedNetwork } from './masked-network';
import { maskedRound } from './masked-round';
import { givenOfLabels, guided } from './condition';
import { narrow } from './narrow';
import type { SampleOptions } from './sampler';

/** Draws sequences by rounds. */
export interface MaskedSampler {
  /** Tokens [N, L] int32 in [0, V); after each round, those of it (−1 where one is open) and how many positions are surely settled. */
  draw(options: SampleOptions): Generator<{ drawn: number; tokens: Int32Array }, Int32Array>;
}

interface Options {
  batch: number;
  schedule: MaskSchedule;
  /** Positions in Halton's order. */
  halton: Int32Array;
  /** Logits [N, L, V] → the same with −10⁹ for what can't stand there. */
  restrict(logits: Tensor): Tensor;
}

type Round = (tokens: Int32Array, counts: Int32Array, round: { index: number; scale: number }) => Int32Array;

/**
 * MaskGIT's decoding (Chang et al. 2022, section 3.3), a graph call a round. All open tokens are drawn; then as many as the schedule
 * says are settled: those with the largest
 *
 *   log p(token) + scale · (1 − t / T) · Gumbel noise     after round t of T, p at temperature 1
 *
 * or the first in Halton's order (Besnier et al. 2025). The others are masked again, and drawn anew in the next round given the
 * settled ones. What a sequence draws depends on its place in the batch, the seed and the round alone. Guidance doubles the batch:
 * in the second half the condition is dropped.
 */
export function createMaskedSampler(
  program: Program,
  name: string,
  { length, vocabulary, states, head }: MaskedNetwork,
  { batch, schedule, halton, restrict }: Options,
): MaskedSampler {
  const haltonRank = new Int32Array(length);
  halton.forEach((position, rank) => (haltonRank[position] = rank));

  const logitsOf = (tokens: Tensor, labels: Tensor, guidance: Tensor | null): Tensor =>
    restrict(guided(tokens, labels, guidance, (inputs, given) => head(states(inputs, given))));

  const define = ({ isGuided, isNarrowed, choice }: Variant) => {
    const feeds = {
      tokens: { shape: [batch, length], dtype: 'int32' },
      counts: { shape: [batch], dtype: 'int32' },
      seed: { shape: [], dtype: 'int32' },
      round: { shape: [], dtype: 'int32' },
      scale: { shape: [], dtype: 'float32' },
      temperature: { shape: [], dtype: 'float32' },
      labels: { shape: [batch], dtype: 'int32' },
      guidance: { shape: [], dtype: 'float32' },
      topK: { shape: [1], dtype: 'int32' },
      topP: { shape: [], dtype: 'float32' },
    } as const;
    const label = `${choice}${isGuided ? '-guided' : ''}${isNarrowed ? '-narrowed' : ''}`;
    return program.define(`${name}/${label}`, { feeds }, (fed) => {
      const shown = ops.where(ops.less(fed.tokens, 0), vocabulary, fed.tokens);
      const plain = logitsOf(shown, fed.labels, isGuided ? fed.guidance : null);
      const tokens = maskedRound(fed.tokens, plain, fed, {
        haltonRank: choice === 'halton' ? haltonRank : undefined,
        narrowed: isNarrowed ? (logits) => narrow(logits, fed.topK, fed.topP) : undefined,
      });
      return { tokens };
    });
  };

  const defined = new Map<string, ReturnType<typeof define>>();
  const roundOf = (options: SampleOptions): Round => {
    const { seed, temperature = 1, topK = 0, topP = 1, labels, guidance = 1, choice = 'confidence' } = options;
    const variant = { isGuided: labels !== undefined && guidance !== 1, isNarrowed: topK > 0 || topP < 1, choice };
    const key = JSON.stringify(variant);
    const call = defined.get(key) ?? define(variant);
    defined.set(key, call);
    const how = {
      seed,
      temperature,
      labels: givenOfLabels(labels, batch),
      guidance,
      topK: topK === 0 ? vocabulary : topK,
      topP,
    };
    return (tokens, counts, { index, scale }) =>
      call.run({ ...how, tokens, counts, round: index, scale }).tokens.data as Int32Array;
  };

  return {
    *draw(options) {
      const { given, rounds = 8, choiceTemperature = 4.5 } = options;
      const round = roundOf(options);
      let tokens: Int32Array = given ? Int32Array.from(given) : new Int32Array(batch * length).fill(-1);
      const open = Array.from({ length: batch }, (_, n) => openOf(tokens, n * length, length));
      const plans = open.map((count) => settledPerRound(schedule, count, rounds));
      const left = [...open];
      for (let index = 0; left.some((count) => count > 0); index++) {
        const counts = Int32Array.from(plans, (plan) => plan[index] ?? 0);
        tokens = round(tokens, counts, { index, scale: choiceTemperature * Math.max(0, 1 - (index + 1) / rounds) });
        counts.forEach((count, n) => (left[n] = (left[n] ?? 0) - count));
        yield { drawn: length - Math.max(...left), tokens };
      }
      return tokens;
    },
  };
}

interface Variant {
  isGuided: boolean;
  isNarrowed: boolean;
  choice: NonNullable<SampleOptions['choice']>;
}

function openOf(tokens: Int32Array, from: number, length: number): number {
  return tokens.subarray(from, from + length).reduce((count, token) => count + (token < 0 ? 1 : 0), 0);
}
