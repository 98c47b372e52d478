/**
 * Every quantizer a model with codes can take: one schema a file, one line here. `codebook` has what those with a table
 * of codes share.
 */
import { z } from 'zod';
import { described } from '../field';
import { cosineQuantizerSchema } from './cosine';
import { factorisedQuantizerSchema } from './factorised';
import { fsqSchema } from './fsq';
import { groupedQuantizerSchema } from './grouped';
import { gumbelQuantizerSchema } from './gumbel';
import { lfqSchema } from './lfq';
import { quantizerNames } from './names';
import { residualQuantizerSchema } from './residual';
import { simVqSchema } from './simvq';
import { vectorQuantizerSchema } from './vector';

export { type CodebookSpec } from './codebook';
export { type CosineQuantizerSpec, cosineQuantizerSchema } from './cosine';
export { type FactorisedQuantizerSpec, factorisedQuantizerSchema } from './factorised';
export { type FsqSpec, fsqSchema } from './fsq';
export { type GroupedQuantizerSpec, groupedQuantizerSchema } from './grouped';
export { type GumbelQuantizerSpec, gumbelQuantizerSchema } from './gumbel';
export { type LfqSpec, lfqSchema } from './lfq';
export { type ResidualQuantizerSpec, residualQuantizerSchema } from './residual';
export { codesOf, depthOf, dimensionOf } from './shape';
export { type SimVqSpec, simVqSchema } from './simvq';
export { vectorQuantizerSchema, type VectorQuantizerSpec } from './vector';

export const quantizerSchema = described(
  z.discriminatedUnion('kind', [
    vectorQuantizerSchema,
    cosineQuantizerSchema,
    factorisedQuantizerSchema,
    simVqSchema,
    gumbelQuantizerSchema,
    fsqSchema,
    lfqSchema,
    residualQuantizerSchema,
    groupedQuantizerSchema,
  ]),
  {
    label: { en: 'Quantizer', 'zh-CN': '量化器' },
    help: {
      en: 'How the encoder’s vectors become codes; the manual’s page “Quantizers” compares them.',
      'zh-CN': '编码器的向量如何变成码；手册“量化器”一页有比较。',
    },
    values: quantizerNames,
  },
);
export type QuantizerSpec = z.infer<typeof quantizerSchema>;
export type QuantizerKind = QuantizerSpec['kind'];
