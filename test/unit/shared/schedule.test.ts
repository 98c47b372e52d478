import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Scheduled, asSchedule, isConstant, largestOf, valueAt } from '@shared/maths';
import { describeFields, runSpecSchema, trainingSchema } from '@shared/specs';

const valuesOf = (scheduled: Scheduled, steps = 100) =>
  Array.from({ length: steps }, (_, index) => valueAt(scheduled, index + 1, steps));

describe('a schedule', () => {
  it('of a plain number is that number', () => expect(new Set(valuesOf(0.01))).toEqual(new Set([0.01])));

  it.each(['linear', 'cosine', 'exponential'] as const)(
    '%s goes from one value to the other and stays there',
    (kind) => {
      const falling = { kind, from: 1, to: 0.01, over: 50, warmup: 0 };
      const values = valuesOf(falling);
      expect(values[49]).toBeCloseTo(0.01, 12);
      expect(values[99]).toBeCloseTo(0.01, 12);
      expect(values.slice(0, 50).every((value, index) => index === 0 || value < values[index - 1]!)).toBe(true);
      expect(valueAt({ ...falling, over: null }, 100, 100)).toBeCloseTo(0.01, 12);
      expect(valueAt(falling, 25, 100)).toBeCloseTo({ linear: 0.505, cosine: 0.505, exponential: 0.1 }[kind], 12);
    },
  );

  it('rises as well: an annealed weight from 0', () => {
    expect(valueAt({ kind: 'linear', from: 0, to: 1, over: 10, warmup: 0 }, 5, 100)).toBeCloseTo(0.5, 12);
  });

  it('step falls by its factor after each interval', () => {
    const values = valuesOf({ kind: 'step', from: 8, factor: 0.5, every: 10, warmup: 0 }, 30);
    expect([values[0], values[8], values[9], values[19], values[29]]).toEqual([8, 8, 4, 2, 1]);
  });

  it('rises over its warm-up first, from above zero to all of it', () => {
    const warming = { kind: 'linear', from: 0.01, to: 0, over: null, warmup: 10 } as const;
    expect(valueAt(warming, 1, 100)).toBeCloseTo(0.001, 12);
    expect(valueAt(warming, 10, 100)).toBeCloseTo(0.01, 12);
    expect(valueAt(warming, 55, 100)).toBeCloseTo(0.005, 12);
    expect(valueAt({ ...warming, warmup: 100 }, 100, 100)).toBeCloseTo(0.01, 12);
  });

  it('knows its largest value and whether it is one', () => {
    expect(largestOf({ kind: 'linear', from: 0, to: 2, over: null, warmup: 0 }, 100)).toBe(2);
    expect(largestOf({ kind: 'cosine', from: 3, to: 0, over: null, warmup: 20 }, 100)).toBeCloseTo(3, 2);
    expect(isConstant(asSchedule(5))).toBe(true);
    expect(isConstant({ kind: 'constant', from: 5, warmup: 3 })).toBe(false);
  });
});

const version1 = (training: object) => ({ steps: 1000, batch: 8, learningRate: 1e-3, ...training });

/** Tessera 0.1's learning rate, as it was computed. */
function oldRate(one: { learningRate: number; schedule: string; warmup: number; finalFraction: number }, step: number) {
  const { learningRate, schedule, warmup, finalFraction } = one;
  if (step <= warmup) return (learningRate * step) / warmup;
  const progress = Math.min(1, (step - warmup) / Math.max(1, 1000 - warmup));
  if (schedule === 'constant') return learningRate;
  const remaining = schedule === 'linear' ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
  return learningRate * (finalFraction + (1 - finalFraction) * remaining);
}

describe('a specification of Tessera 0.1', () => {
  it('becomes Adam with the numbers it had, and is left alone from then on', () => {
    const old = version1({ schedule: 'cosine', warmup: 10, finalFraction: 0.1, beta1: 0.8, beta2: 0.9, epsilon: 1e-7 });
    const spec = trainingSchema.parse(old);
    expect(spec.optimizer).toEqual({ kind: 'adam', beta1: 0.8, beta2: 0.9, epsilon: 1e-7 });
    expect(spec.learningRate).toEqual({ kind: 'cosine', from: 1e-3, to: 1e-4, over: null, warmup: 10 });
    expect(trainingSchema.parse(spec)).toEqual(spec);
    expect(trainingSchema.parse(version1({ schedule: 'constant', beta1: 0.9 })).learningRate).toBe(1e-3);
    expect(spec).not.toHaveProperty('schedule');
  });

  it('goes on with the learning rates it had, as float32, at every step', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('constant', 'linear', 'cosine'),
        fc.constantFrom(0, 10, 200),
        fc.constantFrom(0, 0.25, 0.5),
        fc.constantFrom(1e-3, 3e-4, 2e-4, 0.1),
        (schedule, warmup, finalFraction, learningRate) => {
          const old = { schedule, warmup, finalFraction, learningRate };
          const { learningRate: now } = trainingSchema.parse(version1({ ...old, epsilon: 1e-8 }));
          for (let step = 1; step <= 1000; step++)
            expect(Math.fround(valueAt(now, step, 1000))).toBe(Math.fround(oldRate(old, step)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('with a field that is wrong is refused naming it', () => {
    const parsed = trainingSchema.safeParse(version1({ schedule: 'cosine', steps: 0 }));
    expect(parsed.error?.issues[0]?.path).toEqual(['steps']);
  });
});

describe('a field that can be scheduled', () => {
  const spec = { dataset: 'd', model: { kind: 'vq-vae' } };
  const paths = (learningRate?: unknown) =>
    describeFields(
      runSpecSchema,
      runSpecSchema.parse({ ...spec, ...(learningRate ? { training: { learningRate } } : {}) }),
    );

  it('is described as a number with its limits, and as the schedule it is or may become', () => {
    const fields = paths();
    const rate = fields.find(({ path }) => path === 'training.learningRate');
    expect(rate).toMatchObject({ kind: 'number', isScheduled: true, default: 3e-4, maximum: 1 });
    const own = fields.filter(({ scheduleOf }) => scheduleOf === 'training.learningRate').map(({ path }) => path);
    expect(own).toEqual(['kind', 'from', 'warmup'].map((name) => `training.learningRate.${name}`));
    const cosine = paths({ kind: 'cosine', from: 1e-3 }).filter(
      ({ scheduleOf }) => scheduleOf === 'training.learningRate',
    );
    expect(cosine.map(({ path }) => path.split('.').at(-1))).toEqual(['kind', 'from', 'to', 'over', 'warmup']);
    for (const { help, path } of cosine) expect(help?.label['zh-CN'], path).toBeTruthy();
  });

  it.each([
    [0, ['learningRate'], 'too_small'],
    [{ kind: 'cosine', from: 2 }, ['learningRate', 'from'], 'too_big'],
    [{ kind: 'exponential', from: 0, to: 1 }, ['learningRate', 'from'], 'too_small'],
    [{ kind: 'sawtooth', from: 1 }, ['learningRate'], 'invalid_union'],
    ['fast', ['learningRate'], 'invalid_union'],
  ])('refuses %j, naming the place', (learningRate, path, code) => {
    const [issue] = trainingSchema.safeParse({ learningRate }).error!.issues;
    expect(issue).toMatchObject({ path, code });
  });

  it('may fall to a limit that it must not begin as', () => {
    expect(trainingSchema.safeParse({ learningRate: { kind: 'linear', from: 1e-3, to: 0 } }).success).toBe(true);
  });
});
