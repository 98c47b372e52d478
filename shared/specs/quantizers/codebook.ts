import { z } from 'zod';
import { described, where } from '../field';
import { refuse } from '../refusal';
import { scheduled } from '../schedule';

/** K and D, of every quantizer with a codebook. */
export const codebookSize = {
  codes: described(z.number().int().min(2).max(65536).default(512), {
    label: { en: 'Codes K', 'zh-CN': '码本大小 K' },
    help: { en: 'How many codes the codebook holds.', 'zh-CN': '码本中码的数量。' },
  }),
  dimension: described(z.number().int().min(1).max(1024).default(64), {
    label: { en: 'Code dimension D', 'zh-CN': '码维度 D' },
    help: { en: 'Length of each code’s vector.', 'zh-CN': '每个码向量的长度。' },
  }),
};

/** β (van den Oord et al. 2017, equation 3). */
export const commitment = described(scheduled(z.number().min(0).max(100)).default(0.25), {
  label: { en: 'Commitment β', 'zh-CN': '承诺权重 β' },
  help: {
    en: 'Weight of the term that keeps encoder outputs near their codes.',
    'zh-CN': '使编码器输出贴近所选码的损失项权重。',
  },
});

/** The rotation trick (Fifty et al. 2024). */
export const rotation = described(z.boolean().default(false), {
  label: { en: 'Rotation trick', 'zh-CN': '旋转技巧' },
  help: {
    en: 'The encoder gets the decoder’s gradient turned and scaled as its vector is on its way to the code, not passed straight through.',
    'zh-CN': '编码器得到的梯度按其向量变到码的旋转与缩放来变换，而不是直通。',
  },
});

/** How a table of codes begins, is learnt and is kept in use: the vector, cosine and factorised quantizers have it. */
export const codebookLearning = {
  commitment,
  update: described(z.enum(['ema', 'gradient', 'frozen']).default('ema'), {
    label: { en: 'Codebook update', 'zh-CN': '码本更新' },
    help: {
      en: 'Moving averages of the vectors assigned to a code, the gradient of the codebook loss, or none.',
      'zh-CN': '对分配到码的向量做滑动平均，或用码本损失的梯度，或不更新。',
    },
    values: {
      ema: { en: 'Moving average (EMA)', 'zh-CN': '滑动平均（EMA）' },
      gradient: { en: 'Gradient', 'zh-CN': '梯度' },
      frozen: { en: 'Frozen', 'zh-CN': '冻结' },
    },
  }),
  decay: described(z.number().min(0).max(0.99999).default(0.99), {
    applies: where('update', 'ema'),
    label: { en: 'EMA decay', 'zh-CN': 'EMA 衰减' },
    help: { en: 'How slowly the moving averages forget; used with EMA.', 'zh-CN': '滑动平均遗忘的快慢；仅用于 EMA。' },
  }),
  epsilon: described(z.number().min(1e-10).max(0.1).default(1e-5), {
    applies: where('update', 'ema'),
    label: { en: 'EMA smoothing ε', 'zh-CN': 'EMA 平滑 ε' },
    help: {
      en: 'Laplace smoothing of the cluster sizes; used with EMA.',
      'zh-CN': '簇大小的拉普拉斯平滑；仅用于 EMA。',
    },
  }),
  codebookWeight: described(z.number().min(0).max(100).default(1), {
    applies: where('update', 'gradient'),
    label: { en: 'Codebook loss weight', 'zh-CN': '码本损失权重' },
    help: {
      en: 'Weight of the term that moves codes to encoder outputs; used with the gradient update.',
      'zh-CN': '使码靠近编码器输出的损失项权重；仅用于梯度更新。',
    },
  }),
  codebookRate: described(z.number().gt(0).max(1000).default(1), {
    applies: where('update', 'gradient'),
    label: { en: 'Codebook learning rate ×', 'zh-CN': '码本学习率倍率' },
    help: {
      en: 'The codebook’s learning rate over that of the network; used with the gradient update.',
      'zh-CN': '码本学习率与网络学习率之比；仅用于梯度更新。',
    },
  }),
  orthogonality: described(z.number().min(0).max(1000).default(0), {
    applies: where('update', 'gradient'),
    label: { en: 'Orthogonality', 'zh-CN': '正交正则' },
    help: {
      en: 'Weight of the term that turns codes away from each other; 10 in its paper; used with the gradient update.',
      'zh-CN': '使各码方向彼此分开的损失项权重；论文中为 10；仅用于梯度更新。',
    },
  }),
  diversity: described(z.number().min(0).max(100).default(0), {
    label: { en: 'Diversity', 'zh-CN': '多样性' },
    help: {
      en: 'Weight of the entropy of the codes that a batch leans to, which the loss rewards.',
      'zh-CN': '对一批数据倾向使用的码的熵给予奖励的权重。',
    },
  }),
  initialisation: described(z.enum(['uniform', 'k-means']).default('uniform'), {
    label: { en: 'First codebook', 'zh-CN': '码本初始化' },
    help: {
      en: 'Drawn at random, or fitted by k-means to what the untrained encoder makes of training pictures.',
      'zh-CN': '随机抽取，或对未训练编码器在训练图片上的输出做 k-means。',
    },
    values: {
      uniform: { en: 'Random', 'zh-CN': '随机' },
      'k-means': { en: 'k-means', 'zh-CN': 'k-means' },
    },
  }),
  reviveAfter: described(z.number().int().min(0).max(1_000_000).default(0), {
    applies: where('update', 'ema', 'gradient'),
    label: { en: 'Revive dead codes after', 'zh-CN': '死码复活间隔' },
    help: {
      en: 'A code unused for this many steps is moved to a random encoder output; 0 means never.',
      'zh-CN': '码在这么多步未被使用后，重置为一个随机编码器输出；0 表示从不。',
    },
    unit: { en: 'steps', 'zh-CN': '步' },
  }),
  rotation,
};

export type CodebookLearning = z.infer<z.ZodObject<typeof codebookLearning>>;

/** What `core` reads of a specification: K, D and how the codebook is learnt. */
export type CodebookSpec = CodebookLearning & { codes: number; dimension: number };

/**
 * Refuses, for `superRefine`, what can't go together.
 * @param dimension of the vectors that are quantized, and the field that says so
 */
export function refuseContradictions(
  spec: CodebookLearning,
  context: z.RefinementCtx,
  dimension: { field: string; value: number },
): void {
  const { update } = spec;
  if (update !== 'gradient') {
    const isFrozen = update === 'frozen';
    const whyNot = isFrozen
      ? { en: 'a frozen codebook doesn’t change', 'zh-CN': '冻结的码本不会改变' }
      : { en: 'moving averages follow no gradient', 'zh-CN': '滑动平均不跟随梯度' };
    const refuseFor = (path: string, en: string, zh: string) =>
      refuse(context, path, {
        en: `${en}: ${whyNot.en}. Choose the gradient update, or leave it.`,
        'zh-CN': `${zh}：${whyNot['zh-CN']}。请选择梯度更新，或保持原值。`,
      });
    if (spec.codebookRate !== 1)
      refuseFor('codebookRate', 'A learning rate of the codebook has no effect', '码本学习率不起作用');
    if (spec.codebookWeight !== 1)
      refuseFor('codebookWeight', 'There is no codebook loss to weigh', '没有码本损失可加权');
    if (spec.orthogonality > 0) refuseFor('orthogonality', 'Orthogonality has no effect', '正交正则不起作用');
  }
  if (update === 'frozen' && spec.reviveAfter > 0) {
    refuse(context, 'reviveAfter', {
      en: 'A frozen codebook’s codes stay where they are, so dead ones can’t be moved. Set 0, or another codebook update.',
      'zh-CN': '冻结码本中的码保持不动，无法移动死码。请设为 0，或改用其他码本更新方式。',
    });
  }
  if (spec.rotation && dimension.value < 2) {
    refuse(context, 'rotation', {
      en: `Vectors of one component can’t be rotated. Switch the rotation trick off, or raise ${dimension.field}.`,
      'zh-CN': `只有一个分量的向量无法旋转。请关闭旋转技巧，或增大 ${dimension.field}。`,
    });
  }
}
