import { z } from 'zod';
import { described, unlessZero } from './field';
import { scheduled } from './schedule';

const adamFields = {
  beta1: described(scheduled(z.number().min(0).max(0.9999)).default(0.9), {
    label: { en: 'β₁', 'zh-CN': 'β₁' },
    help: { en: 'Decay of the gradient’s moving average.', 'zh-CN': '梯度滑动平均的衰减。' },
  }),
  beta2: described(scheduled(z.number().min(0).max(0.999999)).default(0.999), {
    label: { en: 'β₂', 'zh-CN': 'β₂' },
    help: { en: 'Decay of the squared gradient’s moving average.', 'zh-CN': '梯度平方滑动平均的衰减。' },
  }),
  epsilon: described(z.number().gt(0).max(1).default(1e-8), {
    label: { en: 'ε', 'zh-CN': 'ε' },
    help: {
      en: 'Keeps the division away from zero; added after the bias correction, as in the paper and PyTorch.',
      'zh-CN': '避免除以零；按论文和 PyTorch，在偏差修正之后相加。',
    },
  }),
};

/** Adam (Kingma and Ba 2015, algorithm 1). */
export const adamSchema = z.object({ kind: z.literal('adam'), ...adamFields });

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2). */
export const adamWSchema = z.object({
  kind: z.literal('adamw'),
  ...adamFields,
  weightDecay: described(scheduled(z.number().min(0).max(1)).default(0.01), {
    label: { en: 'Weight decay', 'zh-CN': '权重衰减' },
    help: {
      en: 'Share of the kernels, times the learning rate, that a step removes; biases, norms, codebooks and embeddings are not decayed.',
      'zh-CN': '每步按学习率减去卷积核与矩阵的这一比例；偏置、归一化、码本和嵌入不衰减。',
    },
  }),
});

/** Gradient descent with momentum (Polyak 1964; Nesterov's form as in Sutskever et al. 2013). */
export const sgdSchema = z.object({
  kind: z.literal('sgd'),
  momentum: described(scheduled(z.number().min(0).max(0.9999)).default(0.9), {
    label: { en: 'Momentum', 'zh-CN': '动量' },
    help: {
      en: 'Share of the last update that carries over to the next; 0 is plain gradient descent.',
      'zh-CN': '上一步更新延续到下一步的比例；0 为普通下降。',
    },
  }),
  nesterov: described(z.boolean().default(false), {
    applies: unlessZero('momentum'),
    label: { en: 'Nesterov', 'zh-CN': 'Nesterov' },
    help: { en: 'Looks one step of momentum ahead.', 'zh-CN': '沿动量方向前瞻一步。' },
  }),
});

/** Every way of turning gradients into updates. */
export const optimizerSchema = described(z.discriminatedUnion('kind', [adamSchema, adamWSchema, sgdSchema]), {
  label: { en: 'Optimizer', 'zh-CN': '优化器' },
  help: { en: 'How gradients become updates of the weights.', 'zh-CN': '如何由梯度更新权重。' },
  values: {
    adam: { en: 'Adam', 'zh-CN': 'Adam' },
    adamw: { en: 'AdamW', 'zh-CN': 'AdamW' },
    sgd: { en: 'SGD with momentum', 'zh-CN': 'SGD（动量）' },
  },
});
export type OptimizerSpec = z.infer<typeof optimizerSchema>;
