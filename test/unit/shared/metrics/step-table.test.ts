import { describe, expect, it } from 'vitest';
import type { Metrics } from '@shared/contract';
import { createStepTable } from '@shared/metrics';

const rows = (step: number[], series: Record<string, number[]>): Metrics => ({
  step: Float64Array.from(step),
  wall: Float64Array.from(step, (value) => 1000 + value),
  series: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, Float32Array.from(values)])),
});
const shown = ({ step, series }: Metrics) => ({
  step: [...step],
  ...Object.fromEntries(Object.entries(series).map(([name, values]) => [name, [...values]])),
});

describe('a table of metrics by step', () => {
  it('has one row a step, of which an evaluation that comes later is a part', () => {
    const table = createStepTable();
    table.append(rows([1, 2], { loss: [3, 2] }));
    table.add(2, 1002, [['test/nmse', 0.5]]);
    expect([table.rows, table.lastStep, table.names]).toEqual([2, 2, ['loss', 'test/nmse']]);
    expect(shown(table.after(-1))).toEqual({ step: [1, 2], loss: [3, 2], 'test/nmse': [NaN, 0.5] });
  });

  it('replaces every row from an earlier step on, with all that it held', () => {
    const table = createStepTable();
    table.append(rows([1, 2, 3, 4], { loss: [9, 8, 7, 6], 'test/nmse': [NaN, NaN, NaN, 0.5] }));
    table.append(rows([3], { loss: [5] }));
    expect(shown(table.after(-1))).toEqual({ step: [1, 2, 3], loss: [9, 8, 5], 'test/nmse': [NaN, NaN, NaN] });
    table.append(rows([4], { loss: [4] }));
    expect(shown(table.after(3))).toEqual({ step: [4], loss: [4], 'test/nmse': [NaN] });
  });

  it('keeps what it has where the same rows come again', () => {
    const table = createStepTable();
    table.append(rows([1, 2], { loss: [3, 2], 'test/nmse': [NaN, 0.5] }));
    table.append(rows([2], { 'test/nmse': [0.5] }));
    expect(shown(table.after(-1))).toEqual({ step: [1, 2], loss: [3, 2], 'test/nmse': [NaN, 0.5] });
  });

  it('grows past its first room and keeps every value, also in a series that begins late', () => {
    const table = createStepTable();
    for (let step = 1; step <= 5000; step++) table.add(step, step, step < 4000 ? [['loss', step]] : [['late', step]]);
    const [loss, late] = [table.column('loss')!, table.column('late')!];
    expect([table.steps()[4999], table.walls()[4999], loss[3998], loss[3999]]).toEqual([5000, 5000, 3999, NaN]);
    expect([late[3998], late[3999], late[4999], table.column('none')]).toEqual([NaN, 4000, 5000, null]);
    expect(table.bytes).toBeGreaterThanOrEqual(5000 * (8 + 8 + 4 + 4));
  });

  it('hands out copies: what is added later doesn’t change them', () => {
    const table = createStepTable();
    table.add(1, 1, [['loss', 1]]);
    const before = table.after(-1);
    table.add(1, 1, [['loss', 2]]);
    expect([before.series.loss![0], table.after(-1).series.loss![0]]).toEqual([1, 2]);
  });
});
