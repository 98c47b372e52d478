import {
  denseLayer,
  dropoutLayer,
  embeddingLayer,
  gptInit,
  layerNormLayer,
  learntPositions,
  transformerBlock,
} from '../nn';
import type { Program } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';
import type { MaskedNetwork } from './masked-network';

/** The shape of a MaskGIT; the defaults are a model for 8 × 8 codes. */
export interface MaskgitOptions {
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
  /** The run's seed, for dropout. */
  seed?: number;
}

/**
 * The transformer of MaskGIT (Chang et al. 2022, section 3.2; google-research/maskgit): every position sees every other.
 *
 * The sequence is one token for the condition (V + 1: nothing; V + 2 + c: class c), then the codes, V where one is masked; to
 * the embedding of each a learnt vector of its place is added, and the sum is normalised. Then come transformer blocks. A dense layer
 * with GELU, a norm and a matrix with bias lead to V logits, as in BERT. The blocks have their norms inside the branches (GPT-2's),
 * where the original has them after: deep ones then learn without a long warm-up. Matrices are drawn from N(0, 0.02²).
 */
export function maskgit(program: Program, name: string, options: MaskgitOptions = {}): MaskedNetwork {
  const { vocabulary = 512, length = 64, classes = 0, layers = 4, dimension = 256, heads = 8 } = options;
  const { dropout = 0, seed = 0 } = options;
  const initialiser = gptInit();
  const embed = embeddingLayer(program, `${name}/codes`, { entries: vocabulary + 2 + classes, dimension });
  const positions = learntPositions(program, `${name}/positions`, { length: length + 1, dimension });
  const normInput = layerNormLayer(program, `${name}/input`, { channels: dimension });
  const drop = dropoutLayer(`${name}/input`, { rate: dropout, seed });
  const blocks = Array.from({ length: layers }, (_, index) =>
    transformerBlock(program, `${name}/block${index}`, { dimension, heads, branches: 2 * layers, dropout, seed }),
  );
  const norm = layerNormLayer(program, `${name}/norm`, { channels: dimension });
  const mix = denseLayer(program, `${name}/head/mix`, { inputs: dimension, units: dimension, initialiser });
  const normHead = layerNormLayer(program, `${name}/head/norm`, { channels: dimension });
  const project = denseLayer(program, `${name}/head/codes`, { inputs: dimension, units: vocabulary, initialiser });

  return {
    length,
    vocabulary,
    states(tokens, given, step) {
      const condition = ops.expandDims(ops.add(given, ops.scalar(vocabulary + 1, 'int32')), 1);
      const h = drop(normInput(positions.add(embed(ops.concat([condition, tokens], 1)))), step);
      const all = blocks.reduce((state, block) => block(state, step), h);
      return ops.slice(all, [0, 1, 0], [-1, length, -1]);
    },
    head: (states) => project(normHead(ops.gelu(mix(norm(states))))),
  };
}
