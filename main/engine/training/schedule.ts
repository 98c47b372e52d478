import type { TrainingSpec } from '@shared/specs';

/**
 * The learning rate of an update: rises linearly over the warm-up steps, then follows the schedule from `learningRate`
 * to `learningRate × finalFraction` at the run's last step.
 * @param step counted from 1
 */
export function learningRateAt(training: TrainingSpec, step: number): number {
  const { learningRate, warmup, steps, schedule, finalFraction } = training;
  if (step <= warmup) return (learningRate * step) / warmup;
  const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
  const remaining = { constant: 1, linear: 1 - progress, cosine: (1 + Math.cos(Math.PI * progress)) / 2 }[schedule];
  return schedule === 'constant' ? learningRate : learningRate * (finalFraction + (1 - finalFraction) * remaining);
}
