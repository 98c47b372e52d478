import type { Initialiser, Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { add, gelu } from '../tensorflow/ops';
import { type AttentionCache, selfAttention } from './attention';
import { type Layer, denseLayer } from './layers';
import { dropoutLayer } from './dropout-layer';
import { gptInit, scaledResidualInit } from './initialisers';
import { layerNormLayer } from './layer-norm-layer';

export interface TransformerBlockOptions {
  /** D */
  dimension: number;
  heads: number;
  /** A position sees only itself and what is before it. */
  causal?: boolean;
  /** Residual branches in the whole model (two a block), by which the last matrix of each is drawn narrower. */
  branches: number;
  /** Between the two matrices of the feed-forward part; GELU if left out. */
  activation?: Layer;
  /** Initialiser of the matrices that don't end a branch; N(0, 0.02²) if left out. */
  initialiser?: Initialiser;
  /** Initialiser of the matrix that ends a branch; if left out as in GPT-2, narrower the more branches there are. */
  outputInitialiser?: Initialiser;
  /** Share of values dropped at the end of each branch in training. */
  dropout?: number;
  /** The run's seed, for dropout. */
  seed?: number;
}

export interface TransformerBlock {
  /** [N, L, D] → [N, L, D]; with the step it trains (dropout). */
  (x: Tensor, step?: Tensor): Tensor;
  /** One position after another, [N, D] → [N, D]: see `AttentionCache`. */
  cache(options: { batch: number; length: number }): AttentionCache;
}

/**
 * A pre-norm transformer block (Radford et al. 2019):
 *
 *   x ← x + attention(norm₁(x))
 *   x ← x + W₂ gelu(W₁ norm₂(x))     with 4 · D units between, or another activation
 */
export function transformerBlock(program: Program, name: string, options: TransformerBlockOptions): TransformerBlock {
  const { dimension, heads, causal = false, branches, dropout = 0, seed = 0 } = options;
  const { activation = gelu, initialiser = gptInit(), outputInitialiser = scaledResidualInit(branches) } = options;
  const norm1 = layerNormLayer(program, `${name}/norm1`, { channels: dimension });
  const attention = selfAttention(program, `${name}/attention`, {
    dimension,
    heads,
    causal,
    initialiser,
    outputInitialiser,
  });
  const norm2 = layerNormLayer(program, `${name}/norm2`, { channels: dimension });
  const widen = denseLayer(program, `${name}/mlp/in`, {
    inputs: dimension,
    units: 4 * dimension,
    initialiser,
  });
  const narrow = denseLayer(program, `${name}/mlp/out`, {
    inputs: 4 * dimension,
    units: dimension,
    initialiser: outputInitialiser,
  });
  const drop1 = dropoutLayer(`${name}/attention`, { rate: dropout, seed });
  const drop2 = dropoutLayer(`${name}/mlp`, { rate: dropout, seed });
  const mlp = (x: Tensor) => narrow(activation(widen(norm2(x))));

  const block = (x: Tensor, step?: Tensor): Tensor => {
    const attended = add(x, drop1(attention(norm1(x)), step));
    return add(attended, drop2(mlp(attended), step));
  };
  block.cache = (size: { batch: number; length: number }): AttentionCache => {
    const cached = attention.cache(size);
    return {
      step(x, position) {
        const attended = add(x, cached.step(norm1(x), position));
        return add(attended, mlp(attended));
      },
    };
  };
  return block;
}
