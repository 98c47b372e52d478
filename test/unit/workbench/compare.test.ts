import { evaluationSchema } from '@shared/contract';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { configIn, runSpecSchema } from '../../../shared/specs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Evaluation, type Items, bestOf, measuresOf, valuesOf } from '../../../shared/contract';
import { AppError } from '../../../shared/errors';
import { type CompareOptions, type CompareParts, createCompare } from '../../../main/workbench/compare/compare';
import { measureName, reportWords } from '../../../main/workbench/compare/words';
import { createExports } from '../../../main/workbench/exports';
import { createStaging } from '../../../main/workbench/workspace';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-compare-'));
  mkdirSync(path.join(folder, 'exports'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pictures = (count: number, value: number): Items => ({
  signal: { kind: 'picture', height: 2, width: 2, channels: 1 },
  dtype: 'u8',
  count,
  data: new Uint8Array(count * 4).fill(value),
});

interface Model {
  name: string;
  /** Over the whole split. */
  measures?: Record<string, number>;
  nmse?: number;
  perplexity?: number | null;
  fails?: AppError;
  training?: object;
  /** Its loss, a value a step. */
  loss?: number[];
}

/** Two datasets, and a studio process that says of each model what is written here. */
function partsOf(models: Record<string, Model>, asked: unknown[][] = []) {
  const ask = (
    method: string,
    { run, checkpoint }: { run: string; checkpoint: unknown },
    rest: object,
    options: Options,
  ) => {
    asked.push([method, run, checkpoint, rest]);
    const { fails, measures = {}, nmse = 0.2, perplexity = 30 } = models[run]!;
    if (fails) return Promise.reject(fails);
    options.onProgress?.({ phase: 'evaluating', done: 5, total: 10, skipped: 0, secondsLeft: 3 });
    if (method === 'studio.evaluate') {
      const usage = perplexity === null ? null : 0.5;
      const found: Evaluation = evaluationSchema.parse({
        split: 'test',
        step: 70,
        items: 10,
        nmse,
        psnr: 20,
        perplexity,
        usage,
        deadCodes: perplexity === null ? null : 8,
        measures,
      });
      return Promise.resolve(found);
    }
    return Promise.resolve({
      model: {
        run,
        step: 70,
        latent: { kind: 'codes', levels: [{ axes: [2, 3], depth: 1, codes: 16, dimension: 4 }] },
      },
      names: ['a.png', '<b>.png'],
      originals: pictures(2, 10),
      reconstructions: pictures(2, 20),
    });
  };
  type Options = { onProgress?: (report: object) => void };
  const studio = {
    ask,
    draw: (rows: Items[]) =>
      Promise.resolve({
        sheet: Uint8Array.of(rows.length),
        rows: rows.map(({ data: pixels }) => Uint8Array.of(pixels[0]!)),
      }),
  } as unknown as CompareParts['models'];
  const get = (run: string) => {
    const model = models[run];
    if (!model) throw new AppError('NOT_FOUND', `There is no run "${run}".`);
    const spec = runSpecSchema.parse({ dataset: 'pets', model: { kind: 'vq-vae' }, training: model.training ?? {} });
    return { id: run, name: model.name, spec, datasetName: 'All pets', createdAt: '2026-02-01T00:00:00Z' };
  };
  const metrics = (run: string) => {
    const { loss = [3, 2, 1] } = models[run]!;
    const step = Float64Array.from(loss, (_, i) => i + 1);
    return Promise.resolve({ step, wall: step, series: { loss: Float32Array.from(loss) } });
  };
  return {
    models: studio,
    runs: { get, metrics } as unknown as CompareParts['runs'],
    provenance: { read: () => Promise.resolve({ sessions: [], datasetHash: 'ab'.repeat(32), weights: [] }) },
    datasets: {
      get: (id: string) => Promise.resolve({ id, manifest: { name: `All ${id}`, trainVariance: 0.0625 } }),
      folder: (id: string) => path.join(folder, 'datasets', id),
    } as unknown as CompareParts['datasets'],
    exports: createExports({
      root: path.join(folder, 'exports'),
      models: studio,
      staging: createStaging(path.join(folder, 'staging')),
    }),
    now: () => new Date('2026-02-03T10:00:00Z'),
  };
}

const request = {
  runs: ['first', 'second'],
  checkpoint: 'latest',
  split: 'test',
  pictures: 2,
  thorough: false,
  language: 'en',
} as const;
const quiet: CompareOptions = { signal: new AbortController().signal, onProgress: () => undefined };
const ask = (models: Record<string, Model>, change: object = {}, options = quiet) =>
  createCompare(partsOf(models))({ ...request, runs: [...request.runs], ...change }, options);

describe('comparing runs', () => {
  const models: Record<string, Model> = {
    first: { name: 'First', measures: { mse: 0.01, ssim: 0.8, kl: 3 } },
    second: { name: '=cmd("x"), <script>alert(1)</script>', measures: { mse: 0.02 }, perplexity: null },
  };

  it('asks every run the same, and of the pictures those of the step that was evaluated', async () => {
    const asked: unknown[][] = [];
    await createCompare(partsOf(models, asked))(
      { ...request, runs: ['first', 'second', 'first'], thorough: true },
      quiet,
    );
    const datasetDirectory = path.join(folder, 'datasets', 'pets');
    expect(asked).toEqual(
      ['first', 'second'].flatMap((run) => [
        ['studio.evaluate', run, 'latest', { datasetDirectory, split: 'test', thorough: true }],
        ['studio.reconstruct', run, 70, { datasetDirectory, split: 'test', count: 2 }],
      ]),
    );
  });

  it('puts the runs in one table, NMSE over the same variance', async () => {
    const found = await ask(models);
    expect(found).toMatchObject({ dataset: 'pets', datasetName: 'All pets', names: ['a.png', '<b>.png'] });
    expect(found.measures).toEqual([
      'bits-per-item',
      'nmse',
      'mse',
      'psnr',
      'ssim',
      'perplexity',
      'usage',
      'dead-codes',
      'kl',
    ]);
    expect(found.runs.map(({ evaluation }) => evaluation.measures.nmse)).toEqual([0.16, 0.32]);
    expect(found.runs[0]).toMatchObject({ run: 'first', step: 70, bitsPerItem: 24, reconstructions: pictures(2, 20) });
  });

  it('writes the table so that no name breaks a line or becomes a formula', async () => {
    const { path: place, files } = await ask(models);
    expect(files.map(({ name }) => name)).toEqual(['comparison.csv', 'report.html', 'sheet.png']);
    const [head, first, second, end] = readFileSync(path.join(place, 'comparison.csv'), 'utf8').split('\r\n');
    expect(head).toBe(
      'run,name,model,dataset,split,items,step,bits-per-item,nmse,mse,psnr,ssim,perplexity,usage,dead-codes,kl',
    );
    expect(first).toBe('first,First,vq-vae,pets,test,10,70,24,0.16,0.01,20,0.8,30,0.5,8,3');
    expect(second).toBe(
      'second,"\'=cmd(""x""), <script>alert(1)</script>",vq-vae,pets,test,10,70,24,0.32,0.02,20,,,,,',
    );
    expect(end).toBe('');
  });

  it('writes a report that holds its pictures and can run nothing', async () => {
    const { path: place } = await ask(models);
    const html = readFileSync(path.join(place, 'report.html'), 'utf8');
    expect(html).not.toContain('<script');
    expect(html).toContain('=cmd(&quot;x&quot;), &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('title="a.png, &lt;b&gt;.png"');
    expect(html).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
    expect(html.match(/src="data:image\/png;base64,[^"]+"/g)).toHaveLength(3);
    expect(html.match(/(src|href)="(?!data:)/g)).toBeNull();
    expect(html).toContain('<strong>0.01</strong>');
    expect(html).not.toContain('<strong>0.02</strong>');
    expect(html).toContain('2026-02-03');
    expect([...readFileSync(path.join(place, 'sheet.png'))]).toEqual([3]);
  });

  it('has settings that differ, all settings, curves and the origin in its report', async () => {
    const { path: place } = await ask({
      first: { name: 'First', training: { seed: 7 }, loss: [9080, -1471, -3639] },
      second: { name: 'Second', loss: [5, Infinity, 2] },
    });
    const html = readFileSync(path.join(place, 'report.html'), 'utf8');
    const differ = html.slice(html.indexOf('Settings that differ'), html.indexOf('All settings'));
    expect(differ).toContain('training.seed');
    expect(differ).not.toContain('training.batch');
    expect(html.slice(html.indexOf('All settings'))).toContain('training.batch');
    const [, points = ''] = /<polyline points="([^"]*)"/.exec(html)!;
    expect(points.split(' ')).toHaveLength(3);
    expect(points).not.toContain('NaN');
    expect(html).toContain('not finite numbers (NaN or ∞): 1');
    expect(html).toContain(`sha256:${'ab'.repeat(32)}`);
    expect(html).toContain('tessera train --dataset pets --model vq-vae');
    expect(html).toContain('@misc{tessera-first,');
  });

  it('of one run is a report of it, whose settings train takes', async () => {
    const { path: place } = await ask({ first: { name: 'A <b>', training: { seed: 7 } } }, { runs: ['first'] });
    const html = readFileSync(path.join(place, 'report.html'), 'utf8');
    expect(html).toContain('<h1>Report of a run</h1>');
    expect(configIn(html, 'report.html')).toMatchObject({ datasetName: 'All pets', spec: { training: { seed: 7 } } });
  });

  it('writes the report in Chinese as well, in the place of the last one', async () => {
    const english = await ask(models);
    const { path: place } = await ask(models, { language: 'zh-CN' });
    expect(place).toBe(english.path);
    const html = readFileSync(path.join(place, 'report.html'), 'utf8');
    expect(html).toContain('<html lang="zh-CN">');
    expect(html).toContain('运行对比');
    expect(readdirSync(path.join(folder, 'exports'))).toHaveLength(1);
  });

  it('tells how far it is with all of them', async () => {
    const seen: unknown[] = [];
    await ask(models, {}, { ...quiet, onProgress: (report) => void seen.push(report) });
    expect(seen[0]).toEqual({ phase: 'evaluating', done: 5, total: 20, skipped: 0, secondsLeft: null });
    expect(seen.at(-1)).toEqual({ phase: 'evaluating', done: 15, total: 20, skipped: 0, secondsLeft: 3 });
  });

  it('names the run that can’t be compared, and writes nothing', async () => {
    const fails = new AppError('BAD_REQUEST', 'The model reads pictures of 28 × 28 px.', '', { field: 'dataset' });
    await expect(ask({ ...models, second: { name: 'Second', fails } })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'Second: The model reads pictures of 28 × 28 px.',
      field: 'dataset',
    });
    await expect(ask(models, { runs: ['first', 'nobody'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(readdirSync(path.join(folder, 'exports'))).toEqual([]);
  });
});

describe('a table of measures', () => {
  const run = (measures: Record<string, number>, psnr = 20) => ({
    bitsPerItem: 8,
    evaluation: evaluationSchema.parse({
      split: 'test',
      step: 1,
      items: 1,
      nmse: 0.1,
      psnr,
      perplexity: null,
      usage: null,
      deadCodes: null,
      measures,
    }) as Evaluation,
  });

  it('leaves out what no run has, and puts what it doesn’t know behind', () => {
    const runs = [run({ elbo: -3, 'rfid-like': 5 }), run({ 'active-units': 4 })];
    expect(measuresOf(runs)).toEqual(['bits-per-item', 'nmse', 'psnr', 'rfid-like', 'elbo', 'active-units']);
    expect(valuesOf(runs[0]!)).toMatchObject({ 'bits-per-item': 8, elbo: -3 });
  });

  it('knows the best: the largest, the smallest, or none', () => {
    const runs = [
      run({ 'kid-like': 1, kl: 1, 'nll-iwae-50': 90 }, 30),
      run({ 'kid-like': 0.5, kl: 2, 'nll-iwae-50': 85 }, 25),
      run({ kl: 3 }, 30),
    ];
    expect(bestOf(runs, 'psnr')).toEqual([0, 2]);
    expect(bestOf(runs, 'kid-like')).toEqual([1]);
    expect(bestOf(runs, 'nll-iwae-50')).toEqual([1]);
    expect(bestOf(runs, 'kl')).toEqual([]);
    expect(bestOf(runs, 'nmse')).toEqual([]);
  });
});

describe('the names of measures in a report', () => {
  it.each([
    ['nll-iwae-5000', '−log p(x), 5000 samples, nats'],
    ['kl', 'KL, nats'],
    ['something-new', 'something-new'],
    ['something-2', 'something-2'],
  ])('%s is “%s”', (measure, name) => {
    expect(measureName(reportWords.en, measure)).toBe(name);
  });

  it('are there in every language', () => {
    expect(Object.keys(reportWords['zh-CN'].measures)).toEqual(Object.keys(reportWords.en.measures));
  });
});
