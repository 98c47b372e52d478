/**
 * Quantizers: the part of a grid model that turns latent vectors into codes and back. `quantizer` is the interface,
 * `vector` vector quantization with its codebook learnt by gradient or by moving averages (`ema`), `revival` brings
 * unused codes back. Another kind is a file here, its schema in shared/specs and a line in `createQuantizer`.
 */
import type { QuantizerSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { Quantizer } from './quantizer';
import { vectorQuantizer } from './vector';

export { type Quantized, type Quantizer, type VariableUpdate } from './quantizer';

const kinds = { vector: vectorQuantizer } as const;

/** Adds the variables of the quantizer that `spec` describes to the program, under `name`; `seed` is the run's. */
export function createQuantizer(program: Program, name: string, spec: QuantizerSpec, seed: number): Quantizer {
  return kinds[spec.kind](program, name, spec, seed);
}
