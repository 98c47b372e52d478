import { describe, expect, it } from 'vitest';
import type { Pace, RunPlan } from '@shared/contract';
import { AppError } from '@shared/errors';
import { fromPreset, presets, type RunSpec } from '@shared/specs';
import { createRunTimes, type RunTimesOptions } from '../../../main/workbench/runs/run-times';

const pace: Pace = { millisecondsPerStep: 20, steps: 5, kinds: 1, secondsPerEvaluation: 2 };
const plan = { memoryBytes: 1e9 } as RunPlan;
const base = fromPreset(
  presets.find(({ name }) => name === 'tiny')!,
  'shoes',
);
const spec = (more: Partial<RunSpec['training']> = {}): RunSpec => ({
  ...base,
  training: { ...base.training, steps: 1000, evaluateEvery: 250, ...more },
});
const signal = new AbortController().signal;

function timesOf(more: Partial<RunTimesOptions> = {}) {
  const measured: RunSpec[] = [];
  let trains = 0;
  const times = createRunTimes({
    groundOf: () =>
      Promise.resolve({
        signal: { kind: 'picture', height: 28, width: 28, channels: 1 },
        latent: null,
        classes: 0,
        items: 900,
        heldOut: 100,
      }),
    measure: ({ spec: of }) => {
      measured.push(of as RunSpec);
      return Promise.resolve(pace);
    },
    training: () => trains,
    memory: 8e9,
    ...more,
  });
  return { times, measured, train: (count: number) => void (trains = count) };
}

describe('how long a run takes', () => {
  it('is its steps and its evaluations, as measured', async () => {
    const { times } = timesOf();
    expect(await times.of(spec(), plan, 'measure', signal)).toEqual({
      kind: 'measured',
      ...pace,
      seconds: 1000 * 0.02 + 4 * 2,
      beside: 0,
    });
  });

  it('is not known before it was measured, and known ever after', async () => {
    const { times, measured } = timesOf();
    expect(await times.of(spec(), plan, 'known', signal)).toBeNull();
    await times.of(spec(), plan, 'measure', signal);
    expect(await times.of(spec(), plan, 'known', signal)).toMatchObject({ kind: 'measured' });
    await times.of(spec(), plan, 'measure', signal);
    expect(measured).toHaveLength(1);
  });

  it('is measured once for other seeds, steps and learning rates, and again for another batch', async () => {
    const { times, measured } = timesOf();
    await times.of(spec(), plan, 'measure', signal);
    const longer = await times.of(spec({ steps: 5000, seed: 7, learningRate: 1e-5 }), plan, 'measure', signal);
    expect(longer).toMatchObject({ seconds: 5000 * 0.02 + 20 * 2 });
    expect(measured).toHaveLength(1);
    await times.of(spec({ batch: 7 }), plan, 'measure', signal);
    expect(measured).toHaveLength(2);
  });

  it('is measured anew for another number of steps where steps differ in what they compute', async () => {
    let count = 0;
    const measure = () => Promise.resolve({ ...pace, kinds: 1 + Math.sign((count += 1)) });
    const { times } = timesOf({ measure });
    await times.of(spec(), plan, 'measure', signal);
    await times.of(spec({ steps: 2000 }), plan, 'measure', signal);
    expect(count).toBe(2);
  });

  it('is not measured while a run trains, unless the person wants it, and says so then', async () => {
    const { times, measured, train } = timesOf();
    train(1);
    expect(await times.of(spec(), plan, 'measure', signal)).toEqual({ kind: 'unknown', why: 'training' });
    expect(measured).toHaveLength(0);
    expect(await times.of(spec(), plan, 'measure-anyway', signal)).toMatchObject({ kind: 'measured', beside: 1 });
    train(0);
    expect(await times.of(spec(), plan, 'measure', signal)).toMatchObject({ beside: 0 });
    expect(measured).toHaveLength(2);
  });

  it('is not measured where it needs more memory than there is', async () => {
    const { times, measured } = timesOf({ memory: 1.1e9 });
    expect(await times.of(spec(), plan, 'measure-anyway', signal)).toEqual({ kind: 'unknown', why: 'memory' });
    expect(measured).toHaveLength(0);
  });

  it('is said to be unknown of what is found at once, and where measuring fails', async () => {
    const atOnce = timesOf({ measure: () => Promise.resolve(null) });
    expect(await atOnce.times.of(spec(), plan, 'measure', signal)).toEqual({ kind: 'unknown', why: 'at-once' });
    const lost = timesOf({ measure: () => Promise.reject(new AppError('ENGINE_LOST', 'It is gone.')) });
    expect(await lost.times.of(spec(), plan, 'measure', signal)).toEqual({ kind: 'unknown', why: 'failed' });
  });

  it('is nothing at all once nobody wants it any more', async () => {
    const { times } = timesOf({ measure: () => Promise.reject(new AppError('CANCELLED', 'Cancelled.')) });
    await expect(times.of(spec(), plan, 'measure', signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
