import { z } from 'zod';
import { described, helpOf, type FieldHelp } from './field';
import { optimizerSchema } from './optimizers';
import { scheduled } from './schedule';
import { migrateTraining } from './training-v1';

const steps = { en: 'steps', 'zh-CN': '步' };

type Applies = NonNullable<FieldHelp['applies']>;
const kindOf = (whole: Readonly<Record<string, unknown>>): unknown =>
  (whole.model as { kind?: unknown } | undefined)?.kind;
/** What is found exactly before the first step takes no steps of a size. */
const foundAtOnce: ReadonlySet<unknown> = new Set(['pca', 'gaussian', 'mixture']);
export const learnsInSteps: Applies = (_, whole) => !foundAtOnce.has(kindOf(whole));

/** How a model is trained, whatever the model. */
const fields = z.object({
  steps: described(z.number().int().min(1).max(100_000_000).default(10_000), {
    label: { en: 'Steps', 'zh-CN': '步数' },
    help: { en: 'Updates of the weights.', 'zh-CN': '权重更新的次数。' },
    unit: steps,
  }),
  batch: described(z.number().int().min(1).max(4096).default(32), {
    applies: learnsInSteps,
    label: { en: 'Batch', 'zh-CN': '批大小' },
    help: {
      en: 'Items that are computed at once; a step learns from one batch, or from as many as are accumulated.',
      'zh-CN': '一次计算的图片数；每步学习一个批次，或累积的若干个批次。',
    },
    unit: { en: 'items', 'zh-CN': '项' },
  }),
  learningRate: described(scheduled(z.number().gt(0).max(1)).default(3e-4), {
    applies: learnsInSteps,
    label: { en: 'Learning rate', 'zh-CN': '学习率' },
    help: { en: 'Size of the optimizer’s updates.', 'zh-CN': '优化器更新的幅度。' },
  }),
  optimizer: described(optimizerSchema.prefault({ kind: 'adam' }), {
    ...helpOf(optimizerSchema)!,
    applies: learnsInSteps,
  }),
  clipNorm: described(scheduled(z.number().min(0).max(1e6)).default(0), {
    applies: learnsInSteps,
    label: { en: 'Clip gradients at', 'zh-CN': '梯度裁剪' },
    help: {
      en: 'All gradients together are scaled down to this norm if theirs is larger; 0 means never.',
      'zh-CN': '所有梯度的总范数超过此值时按比例缩小；0 表示不裁剪。',
    },
  }),
  accumulate: described(z.number().int().min(1).max(1024).default(1), {
    applies: learnsInSteps,
    label: { en: 'Accumulate', 'zh-CN': '梯度累积' },
    help: {
      en: 'Batches whose gradients make one update: a larger batch in the memory of one.',
      'zh-CN': '多少个批次的梯度合成一次更新：以一个批次的内存得到更大的批。',
    },
    unit: { en: 'batches', 'zh-CN': '批' },
  }),
  averageDecay: described(z.number().min(0).max(0.999999).default(0), {
    applies: learnsInSteps,
    label: { en: 'Weight average', 'zh-CN': '权重平均' },
    help: {
      en: 'Decay of a moving average of the weights, which evaluation, previews, checkpoints and exports then use; 0 keeps none.',
      'zh-CN': '权重滑动平均的衰减；评估、预览、检查点和导出使用平均后的权重；0 表示不用。',
    },
  }),
  precision: described(z.enum(['float32']).default('float32'), {
    label: { en: 'Precision', 'zh-CN': '精度' },
    help: {
      en: 'What is computed with. Mixed precision is refused until it has been proven on a graphics card.',
      'zh-CN': '计算所用的精度。混合精度在显卡上得到证明之前会被拒绝。',
    },
    values: { float32: { en: 'float32', 'zh-CN': 'float32' } },
  }),
  seed: described(z.number().int().min(0).max(2147483647).default(1), {
    label: { en: 'Seed', 'zh-CN': '随机种子' },
    help: { en: 'The same seed repeats the same run.', 'zh-CN': '相同种子重现相同训练。' },
  }),
  deterministic: described(z.boolean().default(false), {
    label: { en: 'Deterministic', 'zh-CN': '确定性' },
    help: {
      en: 'Fixes the number of threads and uses only kernels that repeat bit for bit, also on a graphics card; may be slower.',
      'zh-CN': '固定线程数，且只用逐位可重复的内核（显卡上也是）；可能更慢。',
    },
  }),
  evaluateEvery: described(z.number().int().min(1).max(10_000_000).default(1000), {
    label: { en: 'Evaluate every', 'zh-CN': '评估间隔' },
    help: {
      en: 'Steps between evaluations over the whole held-out split.',
      'zh-CN': '两次在整个留出集上评估之间的步数。',
    },
    unit: steps,
  }),
  previewEvery: described(z.number().int().min(1).max(10_000_000).default(250), {
    label: { en: 'Preview every', 'zh-CN': '预览间隔' },
    help: { en: 'Steps between reconstructions of the same few items.', 'zh-CN': '两次重建同一组图片之间的步数。' },
    unit: steps,
  }),
  checkpointEvery: described(z.number().int().min(1).max(10_000_000).default(500), {
    label: { en: 'Checkpoint every', 'zh-CN': '检查点间隔' },
    help: {
      en: 'Steps between checkpoints; a crash costs at most this many.',
      'zh-CN': '两次保存检查点之间的步数；崩溃最多损失这么多步。',
    },
    unit: steps,
  }),
  keep: described(z.number().int().min(1).max(1000).default(3), {
    label: { en: 'Checkpoints kept', 'zh-CN': '保留检查点' },
    help: {
      en: 'This many of the newest are kept, and always the best.',
      'zh-CN': '保留最新的若干个，并始终保留最好的。',
    },
  }),
  profile: described(z.boolean().default(false), {
    label: { en: 'Profile', 'zh-CN': '性能剖析' },
    help: {
      en: 'Writes trace.json into the run’s folder: where the time of each step goes, for chrome://tracing or Perfetto.',
      'zh-CN': '在运行文件夹写入 trace.json：每步时间的去向，可用 chrome://tracing 或 Perfetto 查看。',
    },
  }),
});

/** Takes what earlier versions wrote as well. */
export const trainingSchema = z.preprocess(migrateTraining, fields);
export type TrainingSpec = z.infer<typeof trainingSchema>;
