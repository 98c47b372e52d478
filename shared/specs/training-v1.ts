import { z } from 'zod';

/** How Tessera 0.1 wrote what has become `learningRate` and `optimizer`: Adam alone, its numbers beside all others. */
const version1Schema = z.looseObject({
  learningRate: z.number().default(3e-4),
  schedule: z.enum(['constant', 'cosine', 'linear']).default('constant'),
  warmup: z.number().default(0),
  finalFraction: z.number().default(0),
  beta1: z.number().default(0.9),
  beta2: z.number().default(0.999),
  epsilon: z.number().default(1e-8),
});
const marks = ['schedule', 'warmup', 'finalFraction', 'beta1', 'beta2', 'epsilon'];

/** Whether a path of a specification is a field that only the old form of its training has. */
export function legacyTraining(spec: Readonly<Record<string, unknown>>, path: string): boolean {
  const { training } = spec;
  const [place, name, ...deeper] = path.split('.');
  if (place !== 'training' || name === undefined || deeper.length > 0 || !marks.includes(name)) return false;
  return typeof training === 'object' && training !== null && !('optimizer' in training);
}

/**
 * A training specification as this version writes it, out of any that was written before: the one place that knows
 * older forms. Such a run goes on with the numbers it had. What isn't one of them is left as it is, for the schema to
 * judge.
 */
export function migrateTraining(training: unknown): unknown {
  if (typeof training !== 'object' || training === null) return training;
  if ('optimizer' in training || !marks.some((mark) => mark in training)) return training;
  const parsed = version1Schema.safeParse(training);
  if (!parsed.success) return training;
  const { learningRate, schedule, warmup, finalFraction, beta1, beta2, epsilon, ...rest } = parsed.data;
  const falling = { kind: schedule, from: learningRate, to: learningRate * finalFraction, over: null, warmup };
  const constant = warmup === 0 ? learningRate : { kind: schedule, from: learningRate, warmup };
  return {
    ...rest,
    learningRate: schedule === 'constant' ? constant : falling,
    optimizer: { kind: 'adam', beta1, beta2, epsilon },
  };
}
