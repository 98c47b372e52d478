import { z } from 'zod';
import { described } from '../field';
import { conditioning } from './conditioning';
import { orderField } from './order';
import { priorKind } from './kind';

/** Codes of an item, at most, that a recurrent network learns: it goes back through all of them one by one. */
export const LONGEST_RECURRENT = 1024;

/** A recurrent network over the sequence of an item's codes (Hochreiter and Schmidhuber 1997; Cho et al. 2014). */
export const lstmSchema = z.object({
  kind: z.literal('lstm'),
  cell: described(z.enum(['lstm', 'gru']).default('lstm'), {
    label: { en: 'Cell', 'zh-CN': '单元' },
    help: {
      en: 'The recurrent cell: the LSTM with a memory besides its output, or the GRU, which has fewer weights.',
      'zh-CN': '负责记忆的单元：LSTM 在输出之外另有记忆；GRU 的权重更少。',
    },
    values: { lstm: { en: 'LSTM', 'zh-CN': 'LSTM' }, gru: { en: 'GRU', 'zh-CN': 'GRU' } },
  }),
  layers: described(z.number().int().min(1).max(8).default(2), {
    label: { en: 'Layers', 'zh-CN': '层数' },
    help: { en: 'Recurrent layers on top of each other.', 'zh-CN': '叠放的循环层数目。' },
  }),
  dimension: described(z.number().int().min(4).max(4096).default(256), {
    label: { en: 'Width', 'zh-CN': '宽度' },
    help: {
      en: 'Components of the vector that each layer remembers.',
      'zh-CN': '每层所记忆向量的维数。',
    },
  }),
  dropout: described(z.number().min(0).max(0.9).default(0.1), {
    label: { en: 'Dropout', 'zh-CN': '随机失活' },
    help: {
      en: 'Share of values dropped before and after each layer while it trains; what a layer remembers is left alone (Zaremba et al. 2014).',
      'zh-CN': '训练时每层前后丢弃的比例；层内的记忆不受影响（Zaremba 等 2014）。',
    },
  }),
  order: orderField,
  ...conditioning,
});
export type LstmSpec = z.infer<typeof lstmSchema>;

export const lstm = priorKind({
  kind: 'lstm',
  schema: lstmSchema,
  over: 'codes',
  name: { en: 'LSTM / GRU', 'zh-CN': 'LSTM / GRU' },
  help: {
    en: 'A network with a memory goes through the codes one by one: the classic, small and steady.',
    'zh-CN': '带记忆的网络逐个读取码：经典、小巧而稳定。',
  },
});
