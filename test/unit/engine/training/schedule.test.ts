import { describe, expect, it } from 'vitest';
import { trainingSchema } from '../../../../shared/specs';
import { adamFeedsAt } from '../../../../main/engine/training/adam';
import { learningRateAt } from '../../../../main/engine/training/schedule';

const training = (input: object) => trainingSchema.parse({ steps: 100, learningRate: 0.01, ...input });

describe('the learning rate', () => {
  it('stays, constant', () => {
    for (const step of [1, 50, 100]) expect(learningRateAt(training({}), step)).toBe(0.01);
  });

  it('falls to the final fraction at the last step, along a line or half a cosine', () => {
    for (const schedule of ['linear', 'cosine']) {
      const falling = training({ schedule, finalFraction: 0.1 });
      expect(learningRateAt(falling, 100)).toBeCloseTo(0.001, 12);
      expect(learningRateAt(falling, 50)).toBeCloseTo(0.0055, 12);
      const rates = Array.from({ length: 100 }, (_, index) => learningRateAt(falling, index + 1));
      expect(rates.every((rate, index) => index === 0 || rate < rates[index - 1]!)).toBe(true);
    }
    expect(learningRateAt(training({ schedule: 'cosine' }), 25)).toBeGreaterThan(
      learningRateAt(training({ schedule: 'linear' }), 25),
    );
  });

  it('rises over the warm-up first, from above zero to all of it', () => {
    const warming = training({ schedule: 'linear', warmup: 10 });
    expect(learningRateAt(warming, 1)).toBeCloseTo(0.001, 12);
    expect(learningRateAt(warming, 10)).toBeCloseTo(0.01, 12);
    expect(learningRateAt(warming, 55)).toBeCloseTo(0.005, 12);
  });

  it('does not divide by zero where the warm-up is the whole run', () => {
    expect(learningRateAt(training({ schedule: 'cosine', warmup: 100 }), 100)).toBeCloseTo(0.01, 12);
  });
});

describe('the feeds of Adam', () => {
  it('make the kernel’s form equal to the paper’s at every step', () => {
    const settings = training({ epsilon: 1e-3 });
    for (const step of [1, 7, 1000]) {
      const { learningRate, beta1Power, beta2Power, epsilon } = adamFeedsAt(settings, step);
      const [m, v] = [0.3, 0.04];
      const kernel = (learningRate * (Math.sqrt(1 - beta2Power) / (1 - beta1Power)) * m) / (Math.sqrt(v) + epsilon);
      const paper = (0.01 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-3);
      expect(kernel).toBeCloseTo(paper, 12);
    }
  });
});
