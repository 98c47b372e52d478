import { constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { ranksOf } from './ranks';

/** What a round is fed: scalars, but for `counts`. */
export interface RoundFeeds {
  /** How many open tokens of each sequence it settles, int32 [N]. */
  counts: Tensor;
  /** int32 */
  seed: Tensor;
  /** Its number, int32, from 0. */
  round: Tensor;
  temperature: Tensor;
  /** Temperature of the Gumbel noise in what it is surest of. */
  scale: Tensor;
}

export interface RoundOptions {
  /** For each position, its rank in Halton's order, [L]; left out, a round settles what it is surest of. */
  haltonRank?: Int32Array | undefined;
  /** Heated logits [N · L, V] → those that are drawn from. */
  narrowed?: ((logits: Tensor) => Tensor) | undefined;
}

/**
 * A round of MaskGIT's decoding: all open tokens are drawn, and as many as `counts` says settled (see `createMaskedSampler`).
 * @param tokens int32 [N, L], −1 where one is open
 * @param plain logits [N, L, V] of all, given those that are settled
 * @returns tokens [N, L], −1 where one is open still
 */
export function maskedRound(
  tokens: Tensor,
  plain: Tensor,
  { counts, seed, round, temperature, scale }: RoundFeeds,
  { haltonRank, narrowed = (logits) => logits }: RoundOptions = {},
): Tensor {
  const [batch = 0, length = 0, vocabulary = 0] = plain.shape;
  const isOpen = ops.less(tokens, 0);
  const logits = narrowed(ops.reshape(ops.div(plain, temperature), [batch * length, vocabulary]));
  const free = ops.reshape(ops.random.categorical(logits, ops.seedOf(seed, round, TOKENS)), [batch, length]);
  const order = (): Tensor => {
    if (haltonRank) return ops.neg(ops.cast(constant(haltonRank, [1, length], 'int32'), 'float32'));
    const noise = ops.random.gumbel([batch, length], ops.seedOf(seed, round, CHOICE));
    return ops.sub(ops.mul(noise, scale), ops.sparseSoftmaxCrossEntropy(plain, free));
  };
  const ranks = ranksOf(ops.where(isOpen, order(), NEVER));
  const isSettled = ops.logicalAnd(isOpen, ops.less(ranks, ops.expandDims(counts, 1)));
  return ops.where(isSettled, free, tokens);
}

/** Streams of what is random in a round. */
const [TOKENS, CHOICE] = [0, 1];

/** Below every order of an open token. */
const NEVER = -1e12;
