import { setImmediate } from 'node:timers/promises';
import { constantInit } from '../nn';
import { assign, createProgram } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { squaredDistances } from './nearest';

export interface KMeans {
  /** [min(codes, M), D]; of unit length with `isUnit`. */
  means: Float32Array;
  /** Vectors assigned to each in the last iteration. */
  counts: Float32Array;
}

export interface KMeansOptions {
  codes: number;
  dimension: number;
  /** Spherical k-means (Dhillon and Modha 2001): all vectors of length 1, the largest cosine wins. */
  isUnit: boolean;
  seed: number;
  /** Iterations of Lloyd's algorithm; vector-quantize-pytorch's default. */
  iterations?: number;
  /** What it begins from in place of k-means++: [codes, D]. */
  first?: Float32Array;
}

const ITERATIONS = 10;
/** Seeds that k-means++ draws one after the other: all of 256, beyond that several at a time. */
const ROUNDS = 256;
/** The most distances in one call. */
const LARGEST = 2 ** 24;
const SHORTEST = 1e-6;
/** Squared distance from nothing. */
const FAR = 3e38;
const STREAMS = { seeds: 13 } as const;

/**
 * k-means of `vectors` [M, D]: seeds by k-means++ (Arthur and Vassilvitskii 2007; above 256 codes several seeds a draw, as in
 * Bahmani et al. 2012), then Lloyd's iterations. A mean that nothing is assigned to stays where it is. A function of the
 * vectors and the seed alone. Works in a program of its own, in pieces, and lets other work in between.
 */
export async function kMeans(vectors: Float32Array, options: KMeansOptions): Promise<KMeans> {
  const { dimension, iterations = ITERATIONS } = options;
  const count = vectors.length / dimension;
  const codes = Math.min(options.codes, count);
  const means = options.first?.slice(0, codes * dimension) ?? (await seeds(vectors, codes, options));
  let counts = new Float32Array(codes);
  const lloyd = defineLloyd(means, count, codes, options);
  try {
    for (let iteration = 0; iteration < iterations; iteration++) {
      await setImmediate();
      counts = lloyd.iterate(vectors);
    }
    return { means: lloyd.means(), counts };
  } finally {
    lloyd.dispose();
  }
}

/** First means: vectors drawn with a chance in proportion to the squared distance from the nearest one drawn so far. */
async function seeds(vectors: Float32Array, codes: number, { dimension, isUnit, seed }: KMeansOptions) {
  const count = vectors.length / dimension;
  const atOnce = Math.min(count, Math.ceil(codes / ROUNDS));
  const program = createProgram();
  try {
    const points = program.variable('points', { shape: [count, dimension] }, { trainable: false });
    const squared = program.variable('squared', { shape: [count], initialiser: constantInit(1) }, { trainable: false });
    const draw = program.define('draw', { feeds: { round: { shape: [], dtype: 'int32' } } }, ({ round }) => {
      const all = unitIf(isUnit, points.read());
      const noise = ops.random.gumbel([count], ops.seedOf(seed, round, STREAMS.seeds));
      // The largest of log weight + Gumbel noise are a draw without replacement in proportion to the weights.
      const { indices } = ops.topK(ops.add(ops.log(ops.maximum(squared.read(), 1e-30)), noise), atOnce);
      const drawn = ops.gather(all, indices);
      const off = ops.add(squaredDistances(all, drawn), ops.sum(ops.square(all), 1, true));
      const before = ops.where(ops.equal(round, ops.scalar(0, 'int32')), ops.fill([count], FAR), squared.read());
      assign(squared, ops.maximum(ops.minimum(before, ops.min(off, 1)), 0));
      return { drawn };
    });
    program.load({ points: vectors });
    const means = new Float32Array(codes * dimension);
    for (let round = 0; round * atOnce < codes; round++) {
      const { drawn } = draw.run({ round });
      const at = round * atOnce * dimension;
      means.set((drawn.data as Float32Array).subarray(0, means.length - at), at);
      if (round % 16 === 15) await setImmediate();
    }
    return means;
  } finally {
    program.dispose();
  }
}

/** Lloyd's iteration over vectors fed in pieces of one size, the last filled up with vectors that don't count. */
function defineLloyd(first: Float32Array, count: number, codes: number, { dimension, isUnit }: KMeansOptions) {
  const size = Math.min(count, Math.max(1, Math.floor(LARGEST / codes)));
  const program = createProgram();
  const state = (name: string, shape: number[]) => program.variable(name, { shape }, { trainable: false });
  const means = state('means', [codes, dimension]);
  const sums = state('sums', [codes, dimension]);
  const counts = state('counts', [codes]);
  const feeds = {
    piece: { shape: [size, dimension], dtype: 'float32' },
    counted: { shape: [size], dtype: 'float32' },
  } as const;
  const gather = program.define('gather', { feeds }, ({ piece, counted }) => {
    const points = unitIf(isUnit, piece);
    const nearest = ops.argMin(squaredDistances(points, means.read()), 1);
    const weights = ops.expandDims(counted, 1);
    assign(sums, ops.add(sums.read(), ops.unsortedSegmentSum(ops.mul(points, weights), nearest, codes)));
    const totals = ops.unsortedSegmentSum(weights, nearest, codes);
    assign(counts, ops.add(counts.read(), ops.reshape(totals, [codes])));
    return { nearest };
  });
  const finish = program.define('finish', { feeds: {} }, () => {
    const found = ops.expandDims(counts.read(), 1);
    const moved = unitIf(isUnit, ops.div(sums.read(), ops.maximum(found, 1)));
    assign(means, ops.where(ops.greater(found, 0), moved, means.read()));
    assign(sums, ops.zeros([codes, dimension]));
    assign(counts, ops.zeros([codes]));
    return { counts: counts.read() };
  });
  program.load({ means: first });

  return {
    /** One pass over all vectors; returns how many were assigned to each mean. */
    iterate(vectors: Float32Array): Float32Array<ArrayBuffer> {
      const piece = new Float32Array(size * dimension);
      const counted = new Float32Array(size);
      for (let at = 0; at < count; at += size) {
        const some = vectors.subarray(at * dimension, (at + size) * dimension);
        piece.set(some);
        counted.fill(0).fill(1, 0, some.length / dimension);
        gather.run({ piece, counted }, []);
      }
      return Float32Array.from(finish.run({}).counts.data);
    },
    means: (): Float32Array => program.read(['means']).means!.data as Float32Array,
    dispose: () => program.dispose(),
  };
}

function unitIf(isUnit: boolean, x: Tensor): Tensor {
  return isUnit ? ops.l2Normalize(x, -1, SHORTEST) : x;
}
