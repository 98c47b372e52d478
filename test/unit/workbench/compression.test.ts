import { evaluationSchema } from '@shared/contract';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MeasuredCoding, RunSummary } from '../../../shared/contract';
import { AppError } from '../../../shared/errors';
import { fromPreset, presets } from '../../../shared/specs';
import { createExports } from '../../../main/workbench/exports';
import { createStaging } from '../../../main/workbench/workspace';
import {
  type CompressionParts,
  type MeasureRequest,
  bestPrior,
  createCompression,
} from '../../../main/workbench/compression/compression';
import { aRun } from '../../support/cli';
import { fakeCompressedRun, fakeCompression } from '../../support/fake-compression';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-compression-'));
  mkdirSync(path.join(folder, 'exports'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const latent = { kind: 'codes' as const, levels: [{ axes: [2, 2], depth: 1, codes: 16, dimension: 4 }] };
const signal = { kind: 'picture', height: 28, width: 28, channels: 1 as const };
const codesOf = (run: string, weightsHash: string) => ({ run, name: run, step: 40, weightsHash, latent });
const gpt = (id: string, weightsHash: string, nats: number | null, fields: Partial<RunSummary> = {}): RunSummary => ({
  ...aRun({ id, name: id, checkpoints: [9], codes: codesOf('shoes', weightsHash) }),
  spec: fromPreset(
    presets.find(({ name }) => name === 'gpt-tiny')!,
    'flowers',
    { run: 'shoes', step: 40 },
  ),
  evaluation:
    nats === null
      ? null
      : evaluationSchema.parse({
          split: 'test',
          step: 9,
          items: 10,
          nmse: null,
          psnr: null,
          perplexity: null,
          usage: null,
          deadCodes: null,
          measures: { nats },
        }),
  ...fields,
});
const shoes = aRun({ id: 'shoes', name: 'Shoes', checkpoints: [40] });

describe('the prior that codes a run’s codes', () => {
  const better = gpt('better', 'w', 2.1);
  const inRounds = gpt('in-rounds', 'w', null, {
    evaluation: { ...better.evaluation!, measures: { 'nats-in-rounds-8': 0.1 } },
  });

  it('is the one with the fewest nats, of those that learnt the codes of these weights', () => {
    const runs = [gpt('worse', 'w', 3), better, gpt('of-others', 'v', 1), shoes, gpt('unjudged', 'w', null), inRounds];
    expect(bestPrior(runs, { weightsHash: 'w' })?.id).toBe('better');
    expect(bestPrior([gpt('young', 'w', 1, { checkpoints: [] })], { weightsHash: 'w' })).toBeNull();
    expect(bestPrior([inRounds], { weightsHash: 'w' })).toBeNull();
  });
});

/** A workbench with these runs, and an engine that measures each by rule. */
function partsOf(runs: RunSummary[], answer: Partial<MeasuredCoding> | AppError = {}) {
  const asked: { method: string; run?: string; checkpoint?: unknown; what: Record<string, unknown> }[] = [];
  const found = fakeCompression([]);
  const studio = {
    ask: (method: string, { run, checkpoint }: { run: string; checkpoint: unknown }, what: Record<string, unknown>) => {
      asked.push({ method, run, checkpoint, what });
      if (method === 'studio.open') return Promise.resolve({ run, step: 40, signal, latent, weightsHash: 'w' });
      if (answer instanceof AppError) return Promise.reject(answer);
      if (method === 'studio.restoreCompressed')
        return Promise.resolve({ names: ['a.png'], pictures: found.originals });
      const {
        run: _run,
        name: _name,
        model: _model,
        prior: _prior,
        tsr: _tsr,
        ...measured
      } = fakeCompressedRun(run, run);
      const { names, originals } = found;
      return Promise.resolve({ ...measured, names, originals, tsr: Uint8Array.of(1, 2), ...answer });
    },
    draw: (rows: unknown[]) => Promise.resolve({ sheet: Uint8Array.of(rows.length), rows: [] }),
  };
  const engine = {
    request: (method: string, what: Record<string, unknown>) => {
      asked.push({ method, what });
      if (method === 'studio.readCompressed')
        return Promise.resolve({ coder: 'adaptive', items: 1, opener: { run: 'shoes', step: 40 } });
      const targets = what.targets as unknown[];
      return Promise.resolve(fakeCompression(targets.map((_, place) => fakeCompressedRun(`r${place}`, ''))).codecs);
    },
  };
  const get = (id: string) => {
    const run = runs.find((one) => one.id === id);
    if (!run) throw new AppError('NOT_FOUND', `There is no run "${id}".`);
    return run;
  };
  const parts = {
    models: studio,
    engine,
    runs: { get, list: () => runs },
    datasets: {
      get: (id: string) => Promise.resolve({ id, manifest: { name: `All ${id}` } }),
      folder: (id: string) => path.join(folder, 'datasets', id),
    },
    exports: createExports({
      root: path.join(folder, 'exports'),
      models: studio as never,
      staging: createStaging(path.join(folder, 'staging')),
    }),
  } as unknown as CompressionParts;
  return { asked, compression: createCompression(parts) };
}

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
const request = (change: Partial<MeasureRequest> = {}): MeasureRequest => ({
  runs: ['shoes'],
  checkpoint: 'best',
  pictures: { kind: 'items', split: 'test', count: 100 },
  usePriors: true,
  perceptual: false,
  ...change,
});

describe('measuring compression', () => {
  it('codes a run by its best prior, and the formats meet what came of it', async () => {
    const { asked, compression } = partsOf([shoes, gpt('gpt', 'w', 2)]);
    const found = await compression.measure(request(), quiet);
    expect(asked.map(({ method, run, checkpoint }) => [method, run, checkpoint])).toEqual([
      ['studio.open', 'shoes', 'best'],
      ['studio.measureCoding', 'gpt', 'best'],
      ['studio.measureCodecs', undefined, undefined],
    ]);
    expect(asked[1]!.what).toMatchObject({
      byPrior: true,
      pictures: {
        kind: 'items',
        datasetDirectory: path.join(folder, 'datasets', 'flowers'),
        split: 'test',
        count: 100,
      },
    });
    expect(asked[2]!.what.targets).toEqual([{ fileBytes: 4200, dataBytes: 3050, psnr: 21 }]);
    expect(found).toMatchObject({
      dataset: { id: 'flowers', name: 'All flowers', split: 'test' },
      runs: [{ run: 'shoes', name: 'Shoes', prior: { run: 'gpt' }, tsr: '1-shoes.tsr' }],
    });
  });

  it('codes without priors where none is wanted, or none fits the checkpoint', async () => {
    const { asked, compression } = partsOf([shoes, gpt('gpt', 'w', 2)]);
    expect((await compression.measure(request({ usePriors: false }), quiet)).runs[0]!.prior).toBeNull();
    expect(asked[0]).toMatchObject({ method: 'studio.measureCoding', run: 'shoes', what: { byPrior: false } });
    const without = partsOf([shoes, gpt('gpt', 'others', 2)]);
    await without.compression.measure(request(), quiet);
    expect(without.asked[1]).toMatchObject({ method: 'studio.measureCoding', run: 'shoes', checkpoint: 40 });
  });

  it('of a prior names its autoencoder, and measures the two once where they come to the same', async () => {
    const { compression } = partsOf([shoes, gpt('gpt', 'w', 2)]);
    const found = await compression.measure(request({ runs: ['gpt', 'shoes'] }), quiet);
    expect(found.runs).toHaveLength(1);
    expect(found.runs[0]).toMatchObject({ run: 'shoes', name: 'Shoes', prior: { run: 'gpt', name: 'gpt' } });
  });

  it('writes the files, a sheet of each run and all numbers as an export', async () => {
    const formula = aRun({ id: 'second', name: '=1+1', checkpoints: [1] });
    const { compression } = partsOf([shoes, formula]);
    const found = await compression.measure(request({ runs: ['shoes', 'second', 'shoes'] }), quiet);
    const place = path.join(folder, 'exports', found.id);
    expect(readdirSync(place).sort()).toEqual([
      '1-shoes.png',
      '1-shoes.tsr',
      '2-second.png',
      '2-second.tsr',
      'compression.csv',
    ]);
    expect([...readFileSync(path.join(place, '1-shoes.png'))]).toEqual([4]);
    const lines = readFileSync(path.join(place, 'compression.csv'), 'utf8').trim().split('\r\n');
    expect(lines[0]).toBe('what,run,stage,quality,bytes,bits_per_pixel,psnr_db,ssim,perceptual');
    expect(new Set(lines.map((line) => line.split(',').length))).toEqual(new Set([9]));
    expect(lines).toContain(`codes,Shoes,adaptive,,3050,${(3050 * 8) / 78_400},21,0.7,`);
    expect(lines.some((line) => line.startsWith('jpeg,Shoes,same size of data: data,40,590,'))).toBe(true);
    expect(lines.some((line) => line.startsWith("codes,'=1+1,"))).toBe(true);
  });

  it('refuses runs of other pictures by name, and says whose mistake another was', async () => {
    let answers = 0;
    const { compression } = partsOf([shoes, aRun({ id: 'large', name: 'Large', checkpoints: [1] })], {
      get signal() {
        return answers++ === 0 ? signal : { ...signal, width: 64 };
      },
    } as never);
    await expect(compression.measure(request({ runs: ['shoes', 'large'] }), quiet)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'Large: reads items of 64 × 28 px, grey, and the first run of 28 × 28 px, grey.',
    });
    const failing = partsOf([shoes], new AppError('UNSUPPORTED', 'This model’s latents are vectors.'));
    await expect(failing.compression.measure(request(), quiet)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: 'Shoes: This model’s latents are vectors.',
    });
  });
});

describe('opening a compressed file', () => {
  it('asks the run that the file names, at its step, and calls the file by its own name', async () => {
    const { asked, compression } = partsOf([shoes]);
    const restored = await compression.restore('/somewhere/staging/mine.tsr', quiet);
    expect(restored).toMatchObject({ name: 'Shoes', items: 1, coder: 'adaptive', names: ['a.png'] });
    expect(asked).toMatchObject([
      { method: 'studio.readCompressed', what: { called: 'mine.tsr' } },
      { method: 'studio.restoreCompressed', run: 'shoes', checkpoint: 40, what: { called: 'mine.tsr' } },
    ]);
  });

  it('says what it needs where that isn’t here', async () => {
    const { compression } = partsOf([]);
    await expect(compression.restore('/somewhere/mine.tsr', quiet)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'This file needs the autoencoder of run “shoes” at step 40, which is not in this workspace.',
    });
  });
});
