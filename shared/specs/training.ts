import { z } from 'zod';
import { described } from './field';

const steps = { en: 'steps', 'zh-CN': '步' };

/** Learning rate over a run, from `learningRate` down to `learningRate × finalFraction`. */
export const scheduleKinds = ['constant', 'cosine', 'linear'] as const;

/** How a model is trained, whatever the model. */
export const trainingSchema = z.object({
  steps: described(z.number().int().min(1).max(100_000_000).default(10_000), {
    label: { en: 'Steps', 'zh-CN': '步数' },
    help: { en: 'Updates of the weights; one batch each.', 'zh-CN': '权重更新次数；每步一个批次。' },
    unit: steps,
  }),
  batch: described(z.number().int().min(1).max(4096).default(32), {
    label: { en: 'Batch', 'zh-CN': '批大小' },
    help: { en: 'Items a step learns from.', 'zh-CN': '每步学习的图片数。' },
    unit: { en: 'items', 'zh-CN': '项' },
  }),
  learningRate: described(z.number().gt(0).max(1).default(3e-4), {
    label: { en: 'Learning rate', 'zh-CN': '学习率' },
    help: { en: 'Size of Adam’s updates at the start.', 'zh-CN': '开始时 Adam 更新的幅度。' },
  }),
  schedule: described(z.enum(scheduleKinds).default('constant'), {
    label: { en: 'Schedule', 'zh-CN': '学习率调度' },
    help: { en: 'How the learning rate falls over the run.', 'zh-CN': '学习率随训练如何下降。' },
    values: {
      constant: { en: 'Constant', 'zh-CN': '恒定' },
      cosine: { en: 'Cosine', 'zh-CN': '余弦' },
      linear: { en: 'Linear', 'zh-CN': '线性' },
    },
  }),
  warmup: described(z.number().int().min(0).max(1_000_000).default(0), {
    label: { en: 'Warm-up', 'zh-CN': '预热' },
    help: { en: 'Steps over which the learning rate rises from zero.', 'zh-CN': '学习率从零升起所用的步数。' },
    unit: steps,
  }),
  finalFraction: described(z.number().min(0).max(1).default(0), {
    label: { en: 'Final fraction', 'zh-CN': '最终比例' },
    help: {
      en: 'What a falling schedule leaves of the learning rate at the end.',
      'zh-CN': '下降调度结束时剩余的学习率比例。',
    },
  }),
  beta1: described(z.number().min(0).max(0.9999).default(0.9), {
    label: { en: 'Adam β₁', 'zh-CN': 'Adam β₁' },
    help: { en: 'Decay of the gradient’s moving average.', 'zh-CN': '梯度滑动平均的衰减。' },
  }),
  beta2: described(z.number().min(0).max(0.999999).default(0.999), {
    label: { en: 'Adam β₂', 'zh-CN': 'Adam β₂' },
    help: { en: 'Decay of the squared gradient’s moving average.', 'zh-CN': '梯度平方滑动平均的衰减。' },
  }),
  epsilon: described(z.number().gt(0).max(1).default(1e-8), {
    label: { en: 'Adam ε', 'zh-CN': 'Adam ε' },
    help: { en: 'Keeps Adam’s division away from zero.', 'zh-CN': '避免 Adam 除以零。' },
  }),
  flip: described(z.boolean().default(false), {
    label: { en: 'Random flips', 'zh-CN': '随机翻转' },
    help: {
      en: 'Mirrors half of the training pictures left to right; not for letters or digits.',
      'zh-CN': '把一半训练图片左右镜像；不适合文字或数字。',
    },
  }),
  seed: described(z.number().int().min(0).max(2147483647).default(1), {
    label: { en: 'Seed', 'zh-CN': '随机种子' },
    help: { en: 'The same seed repeats the same run.', 'zh-CN': '相同种子重现相同训练。' },
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
      en: 'The newest this many are kept, and always the best.',
      'zh-CN': '保留最新的若干个，并始终保留最好的。',
    },
  }),
});
export type TrainingSpec = z.infer<typeof trainingSchema>;
