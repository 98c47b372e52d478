import type { LfqSpec } from '@shared/specs';
import { hyper } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { codeEntropies } from './code-entropies';
import { mixedRadix } from './mixed-radix';
import { perplexityOf } from './nearest';
import type { Quantizer } from './quantizer';

/** Below this norm a latent has no direction; PyTorch's. */
const SHORTEST = 1e-12;

/**
 * Lookup-free quantization (Yu et al. 2023, section 3.1): each of d components z becomes its sign, so that there are 2ᵈ codes and
 * no codebook to search or learn; the first component is the index's highest bit. With `spherical`, binary spherical quantization
 * (Zhao et al. 2024): latents and codes are divided by their length. The terms are
 *
 *   entropy      w · (H(code | place) − γ · H(code))     `code-entropies`; negative where γ = 1, and that is no error
 *   commitment   β · ‖z − sg[q]‖²                        the mean over components
 *
 * @param scale length of a component of a code (spherical: of the whole code); stages of a residual quantizer halve it
 */
export function lfq(program: Program, name: string, spec: LfqSpec, _seed: number, scale = 1): Quantizer {
  const { bits } = spec;
  const codes = 2 ** bits;
  const entropy = hyper(program, `${name}/entropy`, spec.entropy);
  const commitment = hyper(program, `${name}/commitment`, spec.commitment);
  const { numberOf, digitsOf } = mixedRadix(
    Array<number>(bits).fill(2),
    Array.from({ length: bits }, (_, at) => 2 ** (bits - 1 - at)),
  );

  /** What a component of a code is, or its opposite. */
  const size = spec.spherical ? scale / Math.sqrt(bits) : scale;
  const placed = (latents: Tensor) =>
    spec.spherical ? ops.mul(ops.l2Normalize(latents, -1, SHORTEST), scale) : latents;
  /** [..., d] → 1 where positive, else 0. */
  const bitsOf = (inputs: Tensor) => ops.cast(ops.greater(inputs, 0), 'float32');
  const vectorsOf = (digits: Tensor) => ops.mul(ops.sub(ops.mul(digits, 2), 1), size);
  const lookUp = (indices: Tensor) => vectorsOf(digitsOf(indices));

  return {
    codes,
    depth: 1,
    dimension: bits,
    weights: [],
    codebook: () => lookUp(ops.range(0, codes)),
    indices: (latents) => numberOf(bitsOf(latents)),
    lookUp,
    quantize(latents) {
      const inputs = placed(latents);
      const digits = bitsOf(latents);
      const vectors = vectorsOf(digits);
      const indices = numberOf(digits);
      const { perPlace, overall } = codeEntropies(
        ops.mul(ops.reshape(inputs, [-1, bits]), 4 * spec.inverseTemperature * size),
      );
      const off = ops.mean(ops.square(ops.sub(inputs, vectors)));
      return {
        quantized: ops.straightThrough(inputs, vectors),
        indices,
        terms: {
          entropy: ops.mul(ops.sub(perPlace, ops.mul(overall, spec.diversity)), entropy()),
          commitment: ops.mul(off, commitment()),
        },
        perplexity: perplexityOf(ops.bincount(indices, codes)),
        updates: [],
      };
    },
  };
}
