import { type Initialiser, type Program, type Variable, writeRows } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import {
  add,
  greater,
  matMul,
  mul,
  range,
  reshape,
  scalar,
  softmax,
  split,
  squeeze,
  transpose,
  where,
} from '../tensorflow/ops';
import { denseLayer } from './layers';
import { gptInit } from './initialisers';

/** As good as −∞ for logits and scores, without the NaN of ∞ − ∞. */
export const NEVER = -1e9;

export interface AttentionOptions {
  /** D, of the input and the output; divisible by `heads`. */
  dimension: number;
  heads: number;
  /** A position sees itself and what is before it. Off by default: it sees everything. */
  causal?: boolean;
  /** Initialiser of every matrix but the last; N(0, 0.02²) if left out. */
  initialiser?: Initialiser;
  /** Initialiser of the matrix that leads back to the residual path. */
  outputInitialiser?: Initialiser;
}

/** Attention of a sequence to itself, all at once or position by position. */
export interface SelfAttention {
  /** [N, L, D] → [N, L, D] */
  (x: Tensor): Tensor;
  /** A cache for `batch` sequences of at most `length` positions; only causal attention can go step by step. */
  cache(options: { batch: number; length: number }): AttentionCache;
}

export interface AttentionCache {
  /**
   * One position [N, D] of every sequence → [N, D], equal to what all at once would give there. Its keys and values are
   * kept when the call ends, so that the next call, for the next position, sees them.
   * @param position int32 [1]
   */
  step(x: Tensor, position: Tensor): Tensor;
}

/**
 * Multi-head self-attention (Vaswani et al. 2017, section 3.2), with variables `name/qkv/…` [D, 3 · D] (queries, keys, values)
 * and `name/out/…` [D, D]:
 *
 *   softmax(Q Kᵀ / √d) V   a head, d = D / heads; then the heads side by side, times W_out
 */
export function selfAttention(program: Program, name: string, options: AttentionOptions): SelfAttention {
  const { dimension, heads, causal = false, initialiser = gptInit(), outputInitialiser = initialiser } = options;
  const qkv = denseLayer(program, `${name}/qkv`, { inputs: dimension, units: 3 * dimension, initialiser });
  const out = denseLayer(program, `${name}/out`, {
    inputs: dimension,
    units: dimension,
    initialiser: outputInitialiser,
  });
  const size = dimension / heads;

  const attention = (x: Tensor): Tensor => {
    const [batch = 0, length = 0] = x.shape;
    // one transposition for all three: [N, L, 3, h, d] → [3, N, h, L, d], whose parts are cut off without copying
    const parts = transpose(reshape(qkv(x), [batch, length, 3, heads, size]), [2, 0, 3, 1, 4]);
    const [queries, keys, values] = split(parts, 3, 0).map((part) => squeeze(part, [0])) as [Tensor, Tensor, Tensor];
    return out(fromHeads(attend(queries, keys, values, causal ? futureMask(length) : undefined)));
  };
  attention.cache = ({ batch, length }: { batch: number; length: number }): AttentionCache => {
    const past = keyValueCache(program, `${name}/cache-${batch}`, { batch, heads, length, size });
    return {
      step(x, position) {
        const parts = split(reshape(qkv(x), [batch, 3, dimension]), 3, 1) as [Tensor, Tensor, Tensor];
        return out(past(...parts, position));
      },
    };
  };
  return attention;
}

/**
 * Attention of a sequence to another, its memory: (x [N, L, D], memory [N, M, memoryDimension]) → [N, L, D], with variables
 * `name/q/…` [D, D], `name/kv/…` [memoryDimension, 2 · D] and `name/out/…` [D, D].
 */
export function crossAttention(
  program: Program,
  name: string,
  options: Omit<AttentionOptions, 'causal'> & { memoryDimension: number },
): (x: Tensor, memory: Tensor) => Tensor {
  const { dimension, heads, memoryDimension, initialiser = gptInit(), outputInitialiser = initialiser } = options;
  const q = denseLayer(program, `${name}/q`, { inputs: dimension, units: dimension, initialiser });
  const kv = denseLayer(program, `${name}/kv`, { inputs: memoryDimension, units: 2 * dimension, initialiser });
  const out = denseLayer(program, `${name}/out`, {
    inputs: dimension,
    units: dimension,
    initialiser: outputInitialiser,
  });
  return (x, memory) => {
    const [keys, values] = split(kv(memory), 2, 2).map((part) => toHeads(part, heads)) as [Tensor, Tensor];
    return out(fromHeads(attend(toHeads(q(x), heads), keys, values)));
  };
}

export interface CausalAttentionOptions {
  /** Width of what looks. */
  queryChannels: number;
  /** Width of what is looked at. */
  keyChannels: number;
  /** D, of the output; divisible by `heads`. */
  dimension: number;
  heads: number;
  /** Initialiser of every matrix; N(0, 0.02²) if left out. */
  initialiser?: Initialiser;
}

/** Causal attention of a sequence to another of the same length: a position looks at itself and what is before it. */
export interface CausalAttention {
  /** (x [N, L, queryChannels], memory [N, L, keyChannels]) → [N, L, D] */
  (x: Tensor, memory: Tensor): Tensor;
  /** Position by position (int32 [1]): x [N, queryChannels] and memory [N, keyChannels] of one → [N, D]. */
  cache(options: { batch: number; length: number }): (x: Tensor, memory: Tensor, position: Tensor) => Tensor;
}

/** With variables `name/q/…` [queryChannels, D] and `name/kv/…` [keyChannels, 2 · D], and no matrix after the heads. */
export function causalAttention(program: Program, name: string, options: CausalAttentionOptions): CausalAttention {
  const { queryChannels, keyChannels, dimension, heads, initialiser = gptInit() } = options;
  const q = denseLayer(program, `${name}/q`, { inputs: queryChannels, units: dimension, initialiser });
  const kv = denseLayer(program, `${name}/kv`, { inputs: keyChannels, units: 2 * dimension, initialiser });

  const attention = (x: Tensor, memory: Tensor): Tensor => {
    const [keys, values] = split(kv(memory), 2, 2).map((part) => toHeads(part, heads)) as [Tensor, Tensor];
    return fromHeads(attend(toHeads(q(x), heads), keys, values, futureMask(x.shape[1] ?? 0)));
  };
  attention.cache = ({ batch, length }: { batch: number; length: number }) => {
    const size = dimension / heads;
    const past = keyValueCache(program, `${name}/cache-${batch}`, { batch, heads, length, size });
    return (x: Tensor, memory: Tensor, position: Tensor): Tensor => {
      const [key, value] = split(kv(memory), 2, 1) as [Tensor, Tensor];
      return past(q(x), key, value, position);
    };
  };
  return attention;
}

/**
 * What causal attention goes on from: keys and values of earlier positions, in variables `name/keys` and `name/values`.
 * @returns (query, key, value: one position's, of batch · heads · size numbers each, position int32 [1]) → [N, heads · size]
 */
function keyValueCache(
  program: Program,
  name: string,
  { batch, heads, length, size }: { batch: number; heads: number; length: number; size: number },
): (query: Tensor, key: Tensor, value: Tensor, position: Tensor) => Tensor {
  // a row for each sequence, head and position, in that order
  const shape = [batch * heads * length, size];
  const past = (kind: string) => program.variable(`${name}/${kind}`, { shape }, { trainable: false });
  const [keys, values] = [past('keys'), past('values')];
  const perPosition = [batch, heads, length, size];
  return (query, key, value, position) => {
    const rows = add(mul(range(0, batch * heads), scalar(length, 'int32')), position);
    const write = (kept: Variable, one: Tensor) =>
      reshape(writeRows(kept, rows, reshape(one, [batch * heads, size])), perPosition);
    const attended = attend(
      reshape(query, [batch, heads, 1, size]),
      write(keys, key),
      write(values, value),
      where(greater(range(0, length), position), NEVER, 0),
    );
    return reshape(attended, [batch, heads * size]);
  };
}

/**
 * softmax(Q Kᵀ / √d + mask) V, head by head.
 * @param queries [N, h, L, d], keys and values [N, h, M, d]
 * @param mask added to the scores [N, h, L, M], broadcast
 * @returns [N, h, L, d]
 */
function attend(queries: Tensor, keys: Tensor, values: Tensor, mask?: Tensor): Tensor {
  const scaled = mul(queries, 1 / Math.sqrt(queries.shape[3] ?? 1));
  const scores = matMul(scaled, keys, { transposeB: true });
  return matMul(softmax(mask ? add(scores, mask) : scores), values);
}

/** [N, L, D] → [N, heads, L, D / heads] */
function toHeads(x: Tensor, heads: number): Tensor {
  const [batch = 0, length = 0, dimension = 0] = x.shape;
  return transpose(reshape(x, [batch, length, heads, dimension / heads]), [0, 2, 1, 3]);
}

/** [N, heads, L, d] → [N, L, heads · d] */
function fromHeads(x: Tensor): Tensor {
  const [batch = 0, heads = 0, length = 0, size = 0] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, length, heads * size]);
}

/** [L, L]: what lies after a row's position is never looked at. */
function futureMask(length: number): Tensor {
  const places = range(0, length);
  return where(greater(reshape(places, [1, length]), reshape(places, [length, 1])), NEVER, 0);
}
