import { evaluationSchema } from '@shared/contract';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Comparison, Items } from '../../../shared/contract';
import { aRun, tessera } from '../../support/cli';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const picture: Items = {
  signal: { kind: 'picture', height: 1, width: 1, channels: 1 },
  dtype: 'u8',
  count: 1,
  data: Uint8Array.of(9),
};
const compared = (run: string, name: string, psnr: number, perplexity: number | null) => ({
  run,
  name,
  model: 'vq-vae',
  step: 1200,
  bitsPerItem: 384,
  evaluation: evaluationSchema.parse({
    split: 'test' as const,
    step: 1200,
    items: 10,
    nmse: 0.125,
    psnr,
    perplexity,
    usage: null,
    deadCodes: null,
    measures: { ssim: 0.5 },
  }),
  reconstructions: picture,
});

async function comparison(): Promise<Comparison> {
  const made = path.join(folder, 'made');
  await mkdir(made);
  await writeFile(path.join(made, 'comparison.csv'), 'run,name');
  return {
    id: 'compare-1',
    path: made,
    files: [{ name: 'comparison.csv', bytes: 8 }],
    dataset: 'flowers',
    datasetName: 'Flowers',
    split: 'test',
    measures: ['psnr', 'ssim', 'perplexity'],
    names: ['a.png'],
    originals: picture,
    runs: [compared('tiny-1', 'Tiny 1', 20.5, 40), compared('tiny-2', 'Tiny 2', 21, null)],
  };
}
const runs = [aRun(), aRun({ id: 'tiny-2', name: 'Tiny 2' })];

describe('compare', () => {
  it('asks about all runs at once, writes the files and tells every measure', async () => {
    const found = await comparison();
    let asked: unknown;
    const ran = await tessera(
      [
        'compare',
        'tiny-1',
        'Tiny 2',
        '--out',
        'out',
        '--pictures',
        '4',
        '--thorough',
        '--checkpoint',
        'best',
        '--json',
      ],
      {
        outside: { directory: folder },
        handlers: { 'runs.list': () => runs, 'runs.compare': (params) => ((asked = params), found) },
      },
    );
    expect(asked).toEqual({
      runs: ['tiny-1', 'tiny-2'],
      checkpoint: 'best',
      split: 'test',
      pictures: 4,
      thorough: true,
      language: 'en',
    });
    expect(ran.json()).toEqual([
      {
        dataset: 'flowers',
        split: 'test',
        items: 10,
        runs: [
          expect.objectContaining({ run: 'tiny-1', name: 'Tiny 1', step: 1200, psnr: 20.5, ssim: 0.5, perplexity: 40 }),
          expect.objectContaining({ run: 'tiny-2', 'bits-per-item': 384, perplexity: null }),
        ],
        path: path.join(folder, 'out'),
        files: found.files,
      },
    ]);
    expect(await readFile(path.join(folder, 'out', 'comparison.csv'), 'utf8')).toBe('run,name');
  });

  it('prints a column a run', async () => {
    const found = await comparison();
    const { out } = await tessera(['compare', 'tiny-1', 'tiny-2', '--out', 'out'], {
      outside: { directory: folder },
      handlers: { 'runs.list': () => runs, 'runs.compare': () => found },
    });
    expect(out.join('\n').split('\n').slice(0, 4)).toEqual([
      '            Tiny 1 (1,200)  Tiny 2 (1,200)',
      'psnr        20.5            21',
      'ssim        0.5             0.5',
      'perplexity  40              –',
    ]);
  });

  it('names a run that is not there, and the number that is none', async () => {
    const found = await comparison();
    const handlers = { 'runs.list': () => runs, 'runs.compare': () => found };
    const missing = await tessera(['compare', 'tiny-1', 'tiny-9', '--out', 'out'], { handlers });
    expect(missing.err[0]).toContain('There is no run "tiny-9"');
    const many = await tessera(['compare', 'tiny-1', '--pictures', 'all', '--out', 'out'], { handlers });
    expect(many.code).toBe(2);
    expect(many.err.join(' ')).toMatch(/pictures/);
  });
});
