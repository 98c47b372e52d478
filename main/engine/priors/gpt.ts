import {
  type Layer,
  embeddingLayer,
  denseLayer,
  dropoutLayer,
  gptInit,
  layerNormLayer,
  learntPositions,
  transformerBlock,
} from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { type NextLogits, type Sampler, createSampler } from './sampler';

/** The shape of a GPT; the defaults are a model for 8 × 8 codes. */
export interface GptOptions {
  /** K, the size of the vocabulary: 512. */
  codes?: number;
  /** L, the length of a sequence: 64. */
  length?: number;
  /** Blocks: 4. */
  layers?: number;
  /** D: 256, divisible by `heads`. */
  dimension?: number;
  /** 8 */
  heads?: number;
  /** In training: 0. */
  dropout?: number;
  /** The run's seed, for dropout and sampling. */
  seed?: number;
}

export interface Gpt {
  readonly codes: number;
  readonly length: number;
  /** Codes [N, L] int32 → logits [N, L, K] of each code, given those before it. With the step (int32 scalar) it trains. */
  logits(tokens: Tensor, step?: Tensor): Tensor;
  /** Mean of −log p(code | those before it) over the batch [N, L] and its positions: nats a code, scalar. */
  loss(tokens: Tensor, step?: Tensor): Tensor;
  /** The same logits position by position, with a cache for `batch` sequences; made outside of functions, used in one. */
  stepper(options: { batch: number }): NextLogits;
  /** Drawing sequences, `batch` at once. */
  sampler(options: { batch: number }): Sampler;
}

/**
 * GPT over codes: a decoder-only transformer in the shape of GPT-2 (Radford et al. 2019) and karpathy/minGPT.
 *
 *   p(x) = Πₜ p(xₜ | x₀ … xₜ₋₁)
 *
 * Position t is given the embedding of code xₜ₋₁, at t = 0 that of a start token (index K), plus the learnt vector of t; then come
 * pre-norm blocks with causal attention, a last norm, and a matrix to K logits for xₜ. All matrices are drawn from N(0, 0.02²), those
 * that end a residual branch narrower by √(2 · layers).
 */
export function gpt(program: Program, name: string, options: GptOptions = {}): Gpt {
  const { codes = 512, length = 64, layers = 4, dimension = 256, heads = 8, dropout = 0, seed = 0 } = options;
  const embed = embeddingLayer(program, `${name}/codes`, { entries: codes + 1, dimension });
  const positions = learntPositions(program, `${name}/positions`, { length, dimension });
  const drop = dropoutLayer(`${name}/input`, { rate: dropout, seed });
  const blocks = Array.from({ length: layers }, (_, index) =>
    transformerBlock(program, `${name}/block${index}`, {
      dimension,
      heads,
      causal: true,
      branches: 2 * layers,
      dropout,
      seed,
    }),
  );
  const norm = layerNormLayer(program, `${name}/norm`, { channels: dimension });
  const project = denseLayer(program, `${name}/head`, {
    inputs: dimension,
    units: codes,
    bias: false,
    initialiser: gptInit(),
  });
  const head: Layer = (h) => project(norm(h));

  const startOf = (shape: readonly number[]) => ops.add(ops.zeros(shape, 'int32'), ops.scalar(codes, 'int32'));

  const logits = (tokens: Tensor, step?: Tensor): Tensor => {
    const [batch = 0] = tokens.shape;
    const before = ops.concat([startOf([batch, 1]), ops.slice(tokens, [0, 0], [batch, length - 1])], 1);
    const h = drop(positions.add(embed(before)), step);
    return head(blocks.reduce((state, block) => block(state, step), h));
  };

  const stepper: Gpt['stepper'] = ({ batch }) => {
    const caches = blocks.map((block) => block.cache({ batch, length }));
    return (last, position) => {
      const before = ops.where(ops.equal(position, 0), startOf([batch]), last);
      const h = ops.add(embed(before), positions.at(position));
      return head(caches.reduce((state, cache) => cache.step(state, position), h));
    };
  };

  return {
    codes,
    length,
    logits,
    loss(tokens, step) {
      const rows = ops.reshape(logits(tokens, step), [-1, codes]);
      return ops.mean(ops.sparseSoftmaxCrossEntropy(rows, ops.reshape(tokens, [-1])));
    },
    stepper,
    sampler: ({ batch }) => createSampler(program, `${name}/sampler`, { length, batch }, stepper({ batch })),
  };
}
