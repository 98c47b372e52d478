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
import type { SequenceNetwork } from './network';

/** The shape of a GPT; the defaults are a model for 8 × 8 codes. */
export interface GptOptions {
  /** V, the size of the vocabulary: 512. */
  vocabulary?: number;
  /** L, the length of a sequence: 64. */
  length?: number;
  /** Classes that a sequence can be conditioned on: 0. */
  classes?: number;
  /** Blocks: 4. */
  layers?: number;
  /** D: 256, divisible by `heads`. */
  dimension?: number;
  /** 8 */
  heads?: number;
  /** In training: 0. */
  dropout?: number;
  /** Share of the tokens before that training leaves as they are: 1. */
  keep?: number;
  /** The run's seed, for dropout and for what replaces tokens. */
  seed?: number;
}

/**
 * GPT over codes: a decoder-only transformer in the shape of GPT-2 (Radford et al. 2019) and karpathy/minGPT.
 *
 *   p(x) = Πₜ p(xₜ | x₀ … xₜ₋₁)
 *
 * Position t is given the embedding of token xₜ₋₁, at t = 0 that of a start token (V: of no class; V + 1 + c: of class c), plus the
 * learnt vector of t; then come pre-norm blocks with causal attention, a last norm, and a matrix to V logits for xₜ. All matrices are
 * drawn from N(0, 0.02²), those that end a residual branch narrower by √(2 · layers). Training may replace a share of the tokens
 * before by any token (`keep`, Esser et al. 2021: taming-transformers' `pkeep`), so that a wrong draw later on does less harm.
 */
export function gpt(program: Program, name: string, options: GptOptions = {}): SequenceNetwork {
  const { vocabulary = 512, length = 64, classes = 0, layers = 4, dimension = 256, heads = 8 } = options;
  const { dropout = 0, keep = 1, seed = 0 } = options;
  const embed = embeddingLayer(program, `${name}/codes`, { entries: vocabulary + 1 + classes, dimension });
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
    units: vocabulary,
    bias: false,
    initialiser: gptInit(),
  });
  const head: Layer = (h) => project(norm(h));

  const startOf = (given: Tensor) => ops.add(given, ops.scalar(vocabulary, 'int32'));

  /** What training shows of the tokens before. */
  const shown = (tokens: Tensor, step: Tensor): Tensor => {
    const kept = ops.less(ops.random.uniform(tokens.shape, ops.seedOf(seed, step, KEPT)), keep);
    return ops.where(
      kept,
      tokens,
      ops.random.uniformInt(tokens.shape, ops.seedOf(seed, step, REPLACED), 0, vocabulary),
    );
  };

  return {
    length,
    vocabulary,
    logits(tokens, given, step) {
      const [batch = 0] = tokens.shape;
      const seen = step !== undefined && keep < 1 ? shown(tokens, step) : tokens;
      const before = ops.concat([ops.expandDims(startOf(given), 1), ops.slice(seen, [0, 0], [batch, length - 1])], 1);
      const h = drop(positions.add(embed(before)), step);
      return head(blocks.reduce((state, block) => block(state, step), h));
    },
    stepper({ batch }) {
      const caches = blocks.map((block) => block.cache({ batch, length }));
      return (last, position, given) => {
        const before = ops.where(ops.equal(position, 0), startOf(given), last);
        const h = ops.add(embed(before), positions.at(position));
        return head(caches.reduce((state, cache) => cache.step(state, position), h));
      };
    },
  };
}

/** Streams of what is random, beside those of dropout. */
const [KEPT, REPLACED] = [1, 2];
