/**
 * Every quantizer a model with codes can take: one schema a file, one line here. `codebook` has what those with a table
 * of codes share.
 */
export { type CodebookSpec } from './codebook';
export { type CosineQuantizerSpec, cosineQuantizerSchema } from './cosine';
export { type FactorisedQuantizerSpec, factorisedQuantizerSchema } from './factorised';
export { type FsqSpec, fsqSchema } from './fsq';
export { type GroupedQuantizerSpec, groupedQuantizerSchema } from './grouped';
export { type GumbelQuantizerSpec, gumbelQuantizerSchema } from './gumbel';
export { type LfqSpec, lfqSchema } from './lfq';
export { type ResidualQuantizerSpec, residualQuantizerSchema } from './residual';
export { type QuantizerKind, type QuantizerSpec, quantizerSchema } from './schema';
export { codesOf, depthOf, dimensionOf } from './shape';
export { type SimVqSpec, simVqSchema } from './simvq';
export { vectorQuantizerSchema, type VectorQuantizerSpec } from './vector';
