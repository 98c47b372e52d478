import { describe, expect, it } from 'vitest';
import type { Metrics } from '@shared/contract';
import { MetricTable } from '@/charts/metric-table';

const rows = (step: number[], series: Record<string, number[]>): Metrics => ({
  step: Float64Array.from(step),
  wall: Float64Array.from(step, (value) => 1000 + value),
  series: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, Float32Array.from(values)])),
});

describe('the table of a run’s metrics', () => {
  it('merges an evaluation into the row of its step and shows it alone', () => {
    const table = new MetricTable();
    table.append(rows([1, 2], { loss: [3, 2] }));
    table.append(rows([2], { 'test/nmse': [0.5] }));
    expect(table.length).toBe(2);
    expect([...table.view('loss')!.value]).toEqual([3, 2]);
    expect([...table.view('test/nmse')!.step]).toEqual([2]);
  });

  it('tells a value that was not finite from one that was not recorded', () => {
    const table = new MetricTable();
    table.append(rows([1, 2], { loss: [1, Infinity], 'learning-rate': [0.1, 0.1] }));
    table.append(rows([3], { 'test/nats': [Infinity], 'test/usage': [1] }));
    expect(table.view('loss')!.events.map((event) => event.step)).toEqual([2]);
    expect(table.view('test/nats')!.events.map((event) => event.step)).toEqual([3]);
    expect(table.view('learning-rate')!.events).toEqual([]);
    expect([...table.view('loss')!.value]).toEqual([1]);
  });

  it('knows no series it never had, and answers the same view until it grows', () => {
    const table = new MetricTable();
    table.append(rows([1], { loss: [1] }));
    expect(table.view('psnr')).toBeNull();
    const view = table.view('loss');
    expect(table.view('loss')).toBe(view);
    table.append(rows([2], { loss: [1] }));
    expect(table.view('loss')).not.toBe(view);
  });

  it('finds the newest finite value', () => {
    const table = new MetricTable();
    table.append(rows([1, 2], { loss: [4, NaN] }));
    expect(table.latest('loss')).toBe(4);
    expect(table.latest('nmse')).toBeNull();
  });
});
