/**
 * Quantizers: the part of a grid model that turns latent vectors into codes and back. `quantizer` is the interface, a kind a
 * file. `core` is the table of codes that `vector`, `cosine` and `factorised` share: learnt by gradient or by moving
 * averages (`ema`), begun by `k-means`, kept in use by `revival` and `regularisers`. `fsq` and `lfq` have codes that aren't learnt;
 * `residual` and `grouped` are made of other quantizers (`stages`). Another kind is a file here, its schema
 * in shared/specs and a line in `kinds`.
 */
import type { QuantizerKind, QuantizerSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import { cosineQuantizer } from './cosine';
import { factorisedQuantizer } from './factorised';
import { fsq } from './fsq';
import { groupedQuantizer } from './grouped';
import { gumbelQuantizer } from './gumbel';
import { lfq } from './lfq';
import type { Quantizer } from './quantizer';
import { residualQuantizer } from './residual';
import { simVq } from './simvq';
import { vectorQuantizer } from './vector';

export { divergenceFromUniform, gumbelSoftmax } from './gumbel-softmax';
export { perplexityOf } from './nearest';
export { type Quantized, type Quantizer } from './quantizer';

type Create<Spec> = (program: Program, name: string, spec: Spec, seed: number) => Quantizer;

const kinds: { [Kind in QuantizerKind]: Create<Extract<QuantizerSpec, { kind: Kind }>> } = {
  vector: vectorQuantizer,
  cosine: cosineQuantizer,
  factorised: factorisedQuantizer,
  simvq: simVq,
  gumbel: gumbelQuantizer,
  fsq,
  lfq,
  residual: (...options) => residualQuantizer(...options, createQuantizer),
  grouped: (...options) => groupedQuantizer(...options, createQuantizer),
};

/** Adds the variables of the quantizer that `spec` describes to the program, under `name`; `seed` is the run's. */
export function createQuantizer(program: Program, name: string, spec: QuantizerSpec, seed: number): Quantizer {
  const create = kinds[spec.kind] as Create<QuantizerSpec>;
  return create(program, name, spec, seed);
}
