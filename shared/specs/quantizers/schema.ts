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

/** How encoder vectors become codes: one schema a file, one line here. */
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
