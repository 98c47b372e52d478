import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { scoreText } from '../../../main/cli/rows';
import { fold } from '../../../main/workbench/connections/outbox';
import type { WorkbenchEvent } from '../../../main/workbench/events';
import { createLatestReader, latestOf } from '../../../main/workbench/runs/latest-metrics';
import { createMetricsFile } from '../../../main/workbench/runs/metrics-file';
import { createRecentRows } from '../../../main/workbench/runs/recent-rows';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-metrics-'));
  file = path.join(folder, 'metrics.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (
  step: number,
  values: Record<string, number | null> = { loss: step / 10, nmse: 0.5, perplexity: 7 },
): string => `${JSON.stringify({ step, wall: 1000 + step, values })}\n`;
const test_ = { 'test/nmse': 0.25, 'test/psnr': 20, 'test/perplexity': 9, 'test/usage': 0.5, 'test/dead-codes': 3 };

describe('a metrics file', () => {
  test('is empty before it exists', async () => {
    expect((await createMetricsFile(file).read()).after(-1)).toEqual({
      step: new Float64Array(),
      wall: new Float64Array(),
      series: {},
    });
  });

  test('drops a torn last line, and reads it once it is whole', async () => {
    const whole = line(1) + line(2);
    writeFileSync(file, whole + line(3).slice(0, 20));
    const metrics = createMetricsFile(file);
    expect([...(await metrics.read()).after(-1).step]).toEqual([1, 2]);
    writeFileSync(file, whole + line(3) + line(4));
    expect([...(await metrics.read()).after(-1).step]).toEqual([1, 2, 3, 4]);
    expect([...(await metrics.read()).after(2).step]).toEqual([3, 4]);
  });

  test('passes over a line that a crash tore in the middle of the file', async () => {
    writeFileSync(file, `${line(1)}{"step":2,"wa${line(2)}${line(3)}`);
    expect([...(await createMetricsFile(file).read()).after(-1).step]).toEqual([1, 3]);
  });

  test('has Infinity for what was not finite, and NaN where a series has no value at a step', async () => {
    writeFileSync(file, line(1, { loss: null }) + line(2, { loss: 1, extra: 5 }) + line(2, test_));
    const { step, series } = (await createMetricsFile(file).read()).after(-1);
    expect([...step]).toEqual([1, 2]);
    expect([...series.loss!]).toEqual([Infinity, 1]);
    expect([...series.extra!]).toEqual([NaN, 5]);
    expect([...series['test/nmse']!]).toEqual([NaN, 0.25]);
  });

  test('that goes back to a checkpoint replaces the rows that ran twice', async () => {
    writeFileSync(file, [1, 2, 3, 4].map((step) => line(step)).join('') + line(4, test_));
    const metrics = createMetricsFile(file);
    await metrics.read();
    appendFileSync(file, line(3, { loss: 9 }));
    const { step, series } = (await metrics.read()).after(-1);
    expect([...step]).toEqual([1, 2, 3]);
    expect(series.loss![2]).toBe(9);
    expect([...series['test/nmse']!]).toEqual([NaN, NaN, NaN]);
    appendFileSync(file, line(3, { loss: 8 }));
    expect([...(await metrics.read()).after(-1).series.loss!].map((value) => Number(value.toFixed(1)))).toEqual([
      0.1, 0.2, 8,
    ]);
  });

  test('of many rows grows without losing one, and is read in pieces', async () => {
    const rows = 60_000;
    writeFileSync(
      file,
      Array.from({ length: rows }, (_, i) => line(i + 1, { loss: i, nmse: 0.123456789, perplexity: 1.23456789 })).join(
        '',
      ),
    );
    const { step, wall, series } = (await createMetricsFile(file).read()).after(-1);
    expect([step.length, step[rows - 1], wall[0], series.loss![rows - 1]]).toEqual([rows, rows, 1001, rows - 1]);
  });

  test('that was replaced is read from its start', async () => {
    writeFileSync(file, line(1) + line(2));
    const metrics = createMetricsFile(file);
    await metrics.read();
    writeFileSync(file, line(7));
    expect([...(await metrics.read()).after(-1).step]).toEqual([7]);
  });
});

describe('the latest metrics', () => {
  test('come from the end of the file, the evaluation from wherever it stands', () => {
    const filler = Array.from({ length: 5000 }, (_, i) => line(11 + i)).join('');
    writeFileSync(file, line(10) + line(10, test_) + filler + '{"step":9');
    expect(createLatestReader()(file)).toMatchObject({
      training: { step: 5010, nmse: 0.5, nats: null, perplexity: 7, itemsPerSecond: 0 },
      evaluation: { step: 10, measures: { nmse: 0.25, psnr: 20, perplexity: 9, usage: 0.5, 'dead-codes': 3 } },
    });
  });

  test('are followed as the file grows, and begin anew when it is replaced', () => {
    const read = createLatestReader();
    writeFileSync(file, line(10) + line(10, test_) + line(11).slice(0, 15));
    expect(read(file)).toMatchObject({ training: { step: 10 }, evaluation: { step: 10 } });
    const filler = Array.from({ length: 3000 }, (_, i) => line(12 + i)).join('');
    writeFileSync(file, line(10) + line(10, test_) + line(11) + filler);
    expect(read(file)).toMatchObject({ training: { step: 3011 }, evaluation: { step: 10 } });
    appendFileSync(file, line(3011, { ...test_, 'test/psnr': 30 }));
    expect(read(file)).toMatchObject({ training: { step: 3011 }, evaluation: { step: 3011, measures: { psnr: 30 } } });
    writeFileSync(`${file}.new`, line(4));
    renameSync(`${file}.new`, file);
    expect(read(file)).toMatchObject({
      training: { step: 4, nmse: 0.5, nats: null, perplexity: 7, itemsPerSecond: 0 },
      evaluation: null,
    });
  });

  test('of a model without codes have no perplexity, and its own measures', () => {
    const own = { 'test/nmse': 0.25, 'test/psnr': 20, 'test/elbo': -90.5, 'test/iwae-5000': null };
    writeFileSync(file, line(3, { loss: 1, nmse: 0.5 }) + line(3, own));
    expect(createLatestReader()(file)).toMatchObject({
      training: { step: 3, nmse: 0.5, nats: null, perplexity: null, itemsPerSecond: 0 },
      evaluation: { step: 3, measures: { nmse: 0.25, psnr: 20, elbo: -90.5 } },
    });
    const column = (value: number) => Float32Array.of(value);
    const arrived = { step: Float64Array.of(4), wall: Float64Array.of(1), series: { nmse: column(0.5) } };
    expect(latestOf(arrived)).toMatchObject({ step: 4, perplexity: null });
    expect(latestOf({ ...arrived, series: { nmse: column(0.5), perplexity: column(NaN) } })).toBeNull();
  });

  test('of a prior are nats a code; of one that draws in rounds there are none to compare, and the score says in how many', () => {
    writeFileSync(file, line(3, { loss: 1, nats: 4.5 }) + line(3, { 'test/nats': 4.25, 'test/nats-uniform': 6 }));
    expect(createLatestReader()(file)).toMatchObject({
      training: { step: 3, nmse: null, nats: 4.5 },
      evaluation: { step: 3, score: { name: 'nats' }, measures: { nats: 4.25, 'nats-uniform': 6 } },
    });
    const masked = { loss: 1, 'masked-nats': 5.5, 'masked-accuracy': 0.1 };
    const judged = { 'test/nats-in-rounds-8': 5.25, 'test/nats-uniform': 6 };
    writeFileSync(
      file,
      line(3, masked) + line(3, judged) + line(4, masked) + line(4, { ...judged, 'test/nats-in-rounds-8': null }),
    );
    const { training, evaluation } = createLatestReader()(file);
    expect(training).toMatchObject({ step: 4, nmse: null, nats: null });
    expect(evaluation).toMatchObject({ step: 3, measures: { 'nats-in-rounds-8': 5.25 } });
    const scored = { ...evaluation!, split: 'test', items: 1 } as const;
    expect([scored.score.value, scoreText(scored)]).toEqual([5.25, '5.25 nats in 8 rounds']);
  });

  test('pass over rows that are not finite, and are none for a run without metrics', () => {
    writeFileSync(file, line(1) + line(2, { loss: null, nmse: null, perplexity: 7 }));
    expect(createLatestReader()(file).training?.step).toBe(1);
    expect(createLatestReader()(path.join(folder, 'none'))).toEqual({
      training: null,
      evaluation: null,
      isReadable: true,
    });
  });
});

describe('rows that may not have reached their file yet', () => {
  const batch = (step: number, wall: number) => ({
    step: Float64Array.of(step),
    wall: Float64Array.of(wall),
    series: { loss: Float32Array.of(step) },
  });
  const none = { step: new Float64Array(), wall: new Float64Array(), series: {} };

  test.each([
    ['back', -3600],
    ['on', 3600],
  ])('are kept for ten seconds, also where the clock is set %s by an hour', (_, change) => {
    let now = 0;
    const recent = createRecentRows(() => now);
    recent.add('a', batch(1, 5000));
    now = 9000;
    recent.add('a', batch(2, 5009 + change));
    expect([...recent.complete('a', none, 0).step]).toEqual([1, 2]);
    now = 11_000;
    recent.add('a', batch(3, 5011 + change));
    expect([...recent.complete('a', none, 0).step]).toEqual([2, 3]);
  });
});

describe('events waiting for a slow page', () => {
  const rows = (run: string, step: number, series: Record<string, number>): WorkbenchEvent => ({
    name: 'runs.metrics',
    payload: {
      run,
      metrics: {
        step: Float64Array.of(step),
        wall: Float64Array.of(step),
        series: Object.fromEntries(Object.entries(series).map(([name, value]) => [name, Float32Array.of(value)])),
      },
    },
  });
  const changed = (id: string, step: number): WorkbenchEvent => ({
    name: 'runs.changed',
    payload: { id, step } as RunSummary,
  });

  test('are one of rows a run, and the last of each summary', () => {
    const folded = fold([
      rows('a', 1, { loss: 1 }),
      changed('a', 1),
      rows('b', 1, { loss: 5 }),
      rows('a', 2, { 'test/nmse': 2 }),
      changed('a', 2),
    ]);
    expect(
      folded.map(({ name, payload }) => [name, 'run' in payload ? payload.run : (payload as RunSummary).id]),
    ).toEqual([
      ['runs.metrics', 'b'],
      ['runs.metrics', 'a'],
      ['runs.changed', 'a'],
    ]);
    expect(folded[1]!.payload).toEqual({
      run: 'a',
      metrics: {
        step: Float64Array.of(1, 2),
        wall: Float64Array.of(1, 2),
        series: { loss: Float32Array.of(1, NaN), 'test/nmse': Float32Array.of(NaN, 2) },
      },
    });
    expect(folded[2]!.payload).toMatchObject({ step: 2 });
  });
});
