import { afterEach, describe, expect, test } from 'vitest';
import { importDataset, next, openBench, specOn, type Bench } from '../../support/workbench';

let bench: Bench;
afterEach(() => bench.close());

const sweepOn = (dataset: string, codes: number[]) => ({
  name: 'Sizes',
  base: specOn(dataset, 6),
  axes: [{ kind: 'values' as const, field: 'model.quantizer.codes', values: codes }],
  method: { kind: 'grid' as const },
});

describe('a sweep', () => {
  test('trains its runs one after the other, each told from the others by what varies', async () => {
    bench = await openBench({});
    const dataset = await importDataset(bench);
    const last = next(bench.page, 'runs.changed', ({ id, status }) => id === 'sizes-2' && status === 'finished');
    const { runs } = await bench.page.request('runs.sweep', { sweep: sweepOn(dataset, [16, 32]) });
    expect(runs.map(({ name, sweep }) => [name, sweep])).toEqual([
      ['Sizes 1', { name: 'Sizes', point: { 'model.quantizer.codes': 16 } }],
      ['Sizes 2', { name: 'Sizes', point: { 'model.quantizer.codes': 32 } }],
    ]);
    expect(await last).toMatchObject({ step: 6, spec: { model: { quantizer: { codes: 32 } } } });
    expect(await bench.page.request('runs.get', { run: 'sizes-1' })).toMatchObject({ status: 'finished', step: 6 });
  });

  test('makes no run if one of them can’t be trained, and says which value is wrong', async () => {
    bench = await openBench({});
    const dataset = await importDataset(bench);
    await expect(bench.page.request('runs.sweep', { sweep: sweepOn(dataset, [16, 1]) })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'model.quantizer.codes',
    });
    await expect(bench.page.request('runs.sweep', { sweep: sweepOn('nowhere', [16]) })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await bench.page.request('runs.list', {})).toEqual([]);
  });
});
