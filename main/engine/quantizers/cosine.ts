import type { CosineQuantizerSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import { codebookQuantizer } from './codebook-quantizer';
import type { Quantizer } from './quantizer';

/**
 * Vector quantization on the unit sphere (Yu et al. 2021, “Vector-quantized image modeling with improved VQGAN”, section 3.2):
 * latents and codes are divided by their length, so that only directions are compared and the decoder sees unit vectors.
 */
export function cosineQuantizer(program: Program, name: string, spec: CosineQuantizerSpec, seed: number): Quantizer {
  return codebookQuantizer(program, name, spec, seed, { isUnit: true });
}
