import { z } from 'zod';
import { described, type Localized } from './field';

const steps: Localized = { en: 'steps', 'zh-CN': '步' };

const schedules = new WeakMap<z.ZodType, { number: z.ZodNumber; schedule: z.ZodDiscriminatedUnion }>();

/**
 * A number that may change over a run: what `number` takes, or a `Schedule` of shared/maths between numbers within the
 * same limits (inclusive: a learning rate above 0 may fall to 0).
 */
export function scheduled(number: z.ZodNumber) {
  const schedule = scheduleSchema(number.minValue ?? -Infinity, number.maxValue ?? Infinity);
  const either = z.union([number, schedule], { error: 'Expected a number or a schedule.' });
  schedules.set(either, { number, schedule });
  return either;
}

/** The two forms that a schema made by `scheduled` takes; undefined for any other schema. */
export function schedulesOf(schema: z.ZodType) {
  return schedules.get(schema);
}

function scheduleSchema(minimum: number, maximum: number) {
  const within = z.number().min(minimum).max(maximum);
  const aboveZero = z.number().gt(0).max(maximum);
  const from = {
    label: { en: 'From', 'zh-CN': '起始值' },
    help: { en: 'Value at the start, after the warm-up.', 'zh-CN': '预热后的起始值。' },
  };
  const to = { label: { en: 'To', 'zh-CN': '最终值' }, help: { en: 'Value at the end.', 'zh-CN': '结束时的值。' } };
  const over = described(z.number().int().min(1).max(100_000_000).nullable().default(null), {
    label: { en: 'Over', 'zh-CN': '历时' },
    help: {
      en: 'Steps that the change takes after the warm-up; empty: until the run’s last step.',
      'zh-CN': '预热后变化所用的步数；留空则直到训练结束。',
    },
    unit: steps,
  });
  const warmup = described(z.number().int().min(0).max(1_000_000).default(0), {
    label: { en: 'Warm-up', 'zh-CN': '预热' },
    help: { en: 'Steps over which the value rises from zero.', 'zh-CN': '数值从零升起所用的步数。' },
    unit: steps,
  });
  const lowest = Math.max(0, minimum);
  const toward = { from: described(within, from), to: described(within.default(lowest), to), over, warmup };
  const kinds = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('constant'), from: described(within, from), warmup }),
    z.object({ kind: z.literal('linear'), ...toward }),
    z.object({ kind: z.literal('cosine'), ...toward }),
    z.object({
      kind: z.literal('step'),
      from: described(within, from),
      factor: described(z.number().gt(0).max(10).default(0.5), {
        label: { en: 'Factor', 'zh-CN': '倍率' },
        help: { en: 'What the value is multiplied by each time.', 'zh-CN': '每次相乘的倍率。' },
      }),
      every: described(z.number().int().min(1).max(100_000_000).default(1000), {
        label: { en: 'Every', 'zh-CN': '间隔' },
        help: { en: 'Steps from one fall to the next.', 'zh-CN': '两次变化之间的步数。' },
        unit: steps,
      }),
      warmup,
    }),
    z.object({
      kind: z.literal('exponential'),
      from: described(aboveZero, from),
      to: described(aboveZero.default(1e-6), to),
      over,
      warmup,
    }),
  ]);
  return described(kinds, {
    label: { en: 'Schedule', 'zh-CN': '调度' },
    help: { en: 'How the value changes over the run.', 'zh-CN': '数值随训练如何变化。' },
    values: {
      constant: { en: 'Constant', 'zh-CN': '恒定' },
      linear: { en: 'Linear', 'zh-CN': '线性' },
      cosine: { en: 'Cosine', 'zh-CN': '余弦' },
      step: { en: 'Steps', 'zh-CN': '阶梯' },
      exponential: { en: 'Exponential', 'zh-CN': '指数' },
    },
  });
}
