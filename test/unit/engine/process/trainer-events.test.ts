import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Emit } from '../../../../main/engine/process';
import { inColumns, trainerEvents } from '../../../../main/engine/process/roles/trainer-events';
import type { TrainerContract } from '@shared/contract';

const line = (step: number, values: Record<string, number | null> = { loss: 1 / step }) => ({
  step,
  wall: 1000 + step,
  values,
});
const statusOf = (status: 'running' | 'finished', step: number) => ({
  status,
  step,
  secondsLeft: null,
  memoryBytes: 1,
  itemsPerSecond: 1,
  failure: null,
});

let sent: [name: string, payload: unknown][] = [];
const emit: Emit<TrainerContract> = (name, payload) => void sent.push([name, payload]);
const names = () => sent.map(([name]) => name.replace('trainer.', ''));

beforeEach(() => {
  sent = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('metrics in columns', () => {
  it('have a row a line, NaN where a line lacks a series, and ∞ where a value was not finite', () => {
    const { step, wall, series } = inColumns([
      line(1, { loss: 2 }),
      line(1, { 'test/nmse': 0.5 }),
      line(2, { loss: null }),
    ]);
    expect([...step]).toEqual([1, 1, 2]);
    expect([...wall]).toEqual([1001, 1001, 1002]);
    expect(series).toEqual({ loss: Float32Array.of(2, NaN, Infinity), 'test/nmse': Float32Array.of(NaN, 0.5, NaN) });
  });
});

describe('what a trainer announces', () => {
  it('is at most 20 events of a kind a second, with no line of metrics lost', () => {
    const { onMetrics } = trainerEvents(emit);
    for (let step = 1; step <= 1000; step++) {
      onMetrics(line(step));
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(50);
    expect(sent.length).toBeLessThanOrEqual(22);
    const steps = sent.flatMap(([, payload]) => [...(payload as { step: Float64Array }).step]);
    expect(steps).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  });

  it('is the newest preview, and the newest checkpoint besides the best', () => {
    const { onPreview, onCheckpoint } = trainerEvents(emit);
    for (let step = 1; step <= 4; step++) {
      onPreview({ step });
      onCheckpoint({ step, best: step === 3 });
    }
    vi.advanceTimersByTime(50);
    expect(sent).toEqual([
      ['trainer.preview', { step: 1 }],
      ['trainer.checkpoint', { step: 1, best: false }],
      ['trainer.preview', { step: 4 }],
      ['trainer.checkpoint', { step: 3, best: true }],
      ['trainer.checkpoint', { step: 4, best: false }],
    ]);
  });

  it('is a change of status at once, after all that came before it', () => {
    const events = trainerEvents(emit);
    events.onStatus(statusOf('running', 0));
    events.onMetrics(line(1));
    events.onMetrics(line(2));
    events.onCheckpoint({ step: 2, best: false });
    events.onPreview({ step: 2 });
    vi.advanceTimersByTime(1000);
    sent = [];
    events.onMetrics(line(3));
    events.onMetrics(line(4));
    events.onStatus(statusOf('finished', 4));
    expect(names()).toEqual(['metrics', 'metrics', 'status']);
  });
});
