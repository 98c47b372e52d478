import type { CodesLatent } from '@shared/specs';
import { constant, type FeedSpec } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { codeLogits } from './code-logits';
import { maskedRound } from './masked-round';
import type { TokenSequence } from './sequence';

/** A function of an export of a prior. It remembers nothing from one call to the next. */
export interface PriorSignature {
  /** What it is fed for N items: what has N as its first side is of the items, a scalar of the call. */
  feeds(batch: number): Readonly<Record<string, FeedSpec>>;
  body(fed: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
}
export type PriorSignatures = Readonly<Record<string, PriorSignature>>;

/** What a prior over codes makes of tokens: logits [N, L, V] in positions, −10⁹ for what can't stand there. */
type TokenLogits = (tokens: Tensor, labels: Tensor) => Tensor;

interface OverCodes {
  latent: CodesLatent;
  sequence: TokenSequence;
}

/**
 * Signatures of a prior that goes token by token. Codes are int32 [N, L] as items hold them, −1 where one is open; labels int32 [N], −1 for none.
 *
 *   logits       codes, labels                               →  logits float32 [N, L, K] of each code, given those before it
 *   sample_step  codes, labels, position, temperature, seed  →  codes, of which the one at that position of the order is drawn if it
 *                was open. Positions go from 0 to L − 1; the draw is a function of seed and position, that of `createSampler`
 */
export function signaturesByPosition({ latent, sequence }: OverCodes, tokenLogits: TokenLogits): PriorSignatures {
  const { length, vocabulary, places, first } = sequence;
  // what is open has no say in the logits of what comes before it
  const logitsOf = (codes: Tensor, labels: Tensor) =>
    tokenLogits(sequence.toTokens(ops.maximum(codes, ops.scalar(0, 'int32'))), labels);
  return {
    logits: {
      feeds: (batch) => feedsOf(batch, length),
      body: ({ codes, labels }) => ({ logits: codeLogits(latent, sequence, logitsOf(codes!, labels!)) }),
    },
    sample_step: {
      feeds: (batch) => ({ ...feedsOf(batch, length), position: INT32, temperature: FLOAT32, seed: INT32 }),
      body({ codes, labels, position: at, temperature, seed }) {
        const position = ops.reshape(at!, [1]);
        const plain = ops.reshape(ops.gatherAlong(logitsOf(codes!, labels!), position, 1), [-1, vocabulary]);
        const token = ops.random.categorical(
          ops.div(plain, temperature!),
          ops.concat([ops.reshape(seed!, [1]), position], 0),
        );
        const code = ops.sub(token, ops.gather(constant(first, [length], 'int32'), position));
        const isHere = ops.equal(ops.range(0, length), ops.gather(constant(places, [length], 'int32'), position));
        const isDrawn = ops.logicalAnd(isHere, ops.less(codes!, 0));
        return { codes: ops.where(isDrawn, ops.expandDims(code, 1), codes!) };
      },
    },
  };
}

/**
 * Signatures of a prior that fills masked tokens in.
 *
 *   logits       codes, labels  →  logits float32 [N, L, K] of each code, given all that aren't open
 *   sample_step  codes, labels, counts int32 [N], round, temperature, choice_temperature, seed  →  codes, of which so many of each item
 *                are settled that were open: a round of `createMaskedSampler`, by confidence
 */
export function signaturesByRound({ latent, sequence }: OverCodes, tokenLogits: TokenLogits): PriorSignatures {
  const { length, vocabulary } = sequence;
  const masked = (codes: Tensor) =>
    ops.where(ops.less(sequence.toPositions(codes), 0), vocabulary, sequence.toTokens(codes));
  return {
    logits: {
      feeds: (batch) => feedsOf(batch, length),
      body: ({ codes, labels }) => ({ logits: codeLogits(latent, sequence, tokenLogits(masked(codes!), labels!)) }),
    },
    sample_step: {
      feeds: (batch) => ({
        ...feedsOf(batch, length),
        counts: { shape: [batch], dtype: 'int32' },
        round: INT32,
        temperature: FLOAT32,
        choice_temperature: FLOAT32,
        seed: INT32,
      }),
      body({ codes, labels, counts, round, temperature, choice_temperature: scale, seed }) {
        const shown = masked(codes!);
        const tokens = ops.where(ops.equal(shown, vocabulary), -1, shown);
        const fed = { counts: counts!, round: round!, temperature: temperature!, scale: scale!, seed: seed! };
        const settled = maskedRound(tokens, tokenLogits(shown, labels!), fed);
        return { codes: sequence.toCodes(settled) };
      },
    },
  };
}

const INT32 = { shape: [], dtype: 'int32' } as const;
const FLOAT32 = { shape: [], dtype: 'float32' } as const;

const feedsOf = (batch: number, length: number) =>
  ({ codes: { shape: [batch, length], dtype: 'int32' }, labels: { shape: [batch], dtype: 'int32' } }) as const;
