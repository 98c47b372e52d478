import type { VectorQuantizerSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import { codebookQuantizer } from './codebook-quantizer';
import type { Quantizer } from './quantizer';

/** Vector quantization (van den Oord et al. 2017): a latent vector becomes the code whose vector is nearest. */
export function vectorQuantizer(program: Program, name: string, spec: VectorQuantizerSpec, seed: number): Quantizer {
  return codebookQuantizer(program, name, spec, seed, { isUnit: false });
}
