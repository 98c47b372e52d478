import { z } from 'zod';
import { described, where } from '../field';

/** What a prior is conditioned on besides the codes before: the same for every prior. */
export const conditioning = {
  condition: described(z.enum(['none', 'class']).default('none'), {
    label: { en: 'Condition', 'zh-CN': '条件' },
    help: {
      en: 'What the prior is conditioned on: nothing, or the item’s class, so that samples of a class can be asked for.',
      'zh-CN': '先验得到的信息：无，或图片的类别，从而可以按类别采样。',
    },
    values: { none: { en: 'Nothing', 'zh-CN': '无' }, class: { en: 'The class', 'zh-CN': '类别' } },
  }),
  dropCondition: described(z.number().min(0).max(1).default(0.1), {
    applies: where('condition', 'class'),
    label: { en: 'Condition left out', 'zh-CN': '省略条件的比例' },
    help: {
      en: 'Share of training items that are shown without their class, so that samples can be guided (Ho and Salimans 2022).',
      'zh-CN': '训练中不给出类别的图片比例，使采样时可以使用引导（Ho 与 Salimans 2022）。',
    },
  }),
};
