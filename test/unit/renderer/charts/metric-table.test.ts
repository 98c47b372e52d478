import { describe, expect, it } from 'vitest';
import type { Metrics } from '@shared/contract';
import { MetricTable } from '@/charts/metric-table';

const rows = (step: number[], series: Record<string, number[]>): Metrics => ({
  step: Float64Array.from(step),
  wall: Float64Array.from(step, (value) => 1000 + value),
  series: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, Float32Array.from(values)])),
});

describe('the table of a run’s metrics', () => {
  it('grows past its first capacity and keeps every value', () => {
    const table = new MetricTable();
    for (let step = 1; step <= 3000; step++) table.append(rows([step], { loss: [step / 2] }));
    const view = table.view('loss')!;
    expect(view.step.length).toBe(3000);
    expect([view.step[2999], view.wall[2999], view.value[2999]]).toEqual([3000, 4000, 1500]);
  });

  it('merges an evaluation into the row of its step and shows it alone', () => {
    const table = new MetricTable();
    table.append(rows([1, 2], { loss: [3, 2] }));
    table.append(rows([2], { 'test/nmse': [0.5] }));
    expect(table.length).toBe(2);
    expect([...table.view('loss')!.value]).toEqual([3, 2]);
    expect([...table.view('test/nmse')!.step]).toEqual([2]);
  });

  it('replaces what it held when a run goes on from an earlier checkpoint', () => {
    const table = new MetricTable();
    table.append(rows([1, 2, 3, 4], { loss: [9, 8, 7, 6] }));
    table.append(rows([3, 4, 5], { loss: [5, 4, 3] }));
    expect([...table.view('loss')!.step]).toEqual([1, 2, 3, 4, 5]);
    expect([...table.view('loss')!.value]).toEqual([9, 8, 5, 4, 3]);
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
