import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProgressReport } from '@shared/contract';
import { sharp } from '../../../../main/engine/media/kinds/picture/sharp';
import { type Studio, createStudio } from '../../../../main/engine/studio';
import { type Dataset, makeDataset, temporaryFolder } from '../training/fixture';
import { trainedRun } from './vector-run';

const folder = temporaryFolder();
let dataset: Dataset;
let studio: Studio;
const runs: Record<string, { runDirectory: string; step: number }> = {};
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'), { train: 120, test: 20 });
  studio = createStudio();
  for (const kind of ['pca', 'vae', 'vq-vae']) {
    const { runDirectory, step } = await trainedRun(folder.path(kind), dataset, kind);
    runs[kind] = { runDirectory, step };
  }
});
afterAll(() => {
  studio.dispose();
  folder.remove();
});

const context = (progress: (report: ProgressReport) => void = () => undefined) => ({
  signal: new AbortController().signal,
  progress,
});
const draw = (kind: string, change: object = {}) =>
  studio.handlers['studio.draw'](
    {
      ...runs[kind]!,
      datasetDirectory: dataset.directory,
      from: 'mixture',
      components: 2,
      seed: 5,
      count: 6,
      ...change,
    },
    context(),
  );

describe('drawing new latents', () => {
  it.each(['pca', 'vae'])('gives vectors of a %s and what they decode to, the same for the same seed', async (kind) => {
    const found = await draw(kind);
    expect(found.pictures).toMatchObject({ count: 6, signal: { height: 16, width: 16, channels: 1 } });
    expect(found.vectors).toHaveLength(6 * 4);
    expect(await draw(kind)).toEqual(found);
    expect((await draw(kind, { seed: 6 })).vectors).not.toEqual(found.vectors);
    const more = await draw(kind, { count: 9 });
    expect(more.vectors.subarray(0, 24)).toEqual(found.vectors);
    const latent = { kind: 'vector' as const, values: found.vectors.slice(4, 8) };
    const { picture } = await studio.handlers['studio.decode']({ ...runs[kind]!, latent, canvas: null }, context());
    const second = found.pictures.data.subarray(256, 512);
    // one picture at a time is summed up in another order
    picture.data.forEach((value, at) => expect(Math.abs(value - second[at]!)).toBeLessThanOrEqual(1));
  });

  it('needs no dataset for the prior', async () => {
    const found = await draw('vae', { from: 'prior', datasetDirectory: null, count: 200 });
    const square = found.vectors.reduce((sum, value) => sum + value ** 2, 0) / found.vectors.length;
    expect(Math.abs(square - 1)).toBeLessThan(0.2);
  });

  it('fits the mixture first, once, and tells how far it is; densities are told from then on', async () => {
    const of = { ...runs.pca!, datasetDirectory: dataset.directory, components: 3 };
    const latent = { kind: 'vector' as const, values: new Float32Array(4) };
    expect(await studio.handlers['studio.density']({ ...of, latent }, context())).toBeNull();
    const phases = new Set<string>();
    const asked = { ...of, from: 'mixture' as const, seed: 1, count: 1 };
    await studio.handlers['studio.draw'](
      asked,
      context(({ phase }) => phases.add(phase)),
    );
    expect([...phases]).toEqual(['encoding', 'fitting']);
    phases.clear();
    await studio.handlers['studio.draw'](
      asked,
      context(({ phase }) => phases.add(phase)),
    );
    expect(phases.size).toBe(0);
    const density = await studio.handlers['studio.density']({ ...of, latent }, context());
    expect(density?.share).toBeGreaterThan(0);
    expect(await studio.handlers['studio.fitDensity'](of, context())).toMatchObject({ components: 3, items: 120 });
  });

  it('is refused of a model with codes, with the reason', async () => {
    await expect(draw('vq-vae')).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('needs a prior trained on its codes') as string,
    });
  });

  it('refuses the density of what is no vector of the model', async () => {
    const of = { ...runs.pca!, datasetDirectory: dataset.directory, components: 3 };
    for (const values of [new Float32Array(5), Float32Array.of(1, NaN, 1, 1)]) {
      const asked = async () =>
        studio.handlers['studio.density']({ ...of, latent: { kind: 'vector', values } }, context());
      await expect(asked()).rejects.toMatchObject({ code: 'BAD_REQUEST', field: 'latent' });
    }
  });
});

describe('samples as files', () => {
  it('are PNGs of what was drawn, and carry their recipe', async () => {
    const what = { components: 2, seed: 5, count: 3, datasetDirectory: dataset.directory, from: 'mixture' as const };
    const directory = folder.path('drawn');
    const { files } = await studio.handlers['studio.sampleFiles']({ ...runs.vae!, ...what, directory }, context());
    expect(files.map((file) => path.relative(directory, file))).toEqual(
      ['001', '002', '003'].map((n) => `sample-${n}.png`),
    );
    const { pictures } = await draw('vae', { count: 3 });
    const { data } = await sharp(files[1]!).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    expect(new Uint8Array(data)).toEqual(pictures.data.slice(256, 512));
    const { comments } = await sharp(readFileSync(files[1]!)).metadata();
    const { weightsHash } = await studio.handlers['studio.open'](runs.vae!, context());
    expect(comments?.map(({ keyword }) => keyword)).toEqual(['tessera']);
    expect(JSON.parse(comments![0]!.text)).toEqual({
      tessera: expect.any(String) as string,
      run: 'run',
      step: 4,
      weightsHash,
      from: 'mixture',
      components: 2,
      seed: 5,
      number: 2,
    });
  });
});

describe('a thorough evaluation of a model with vectors', () => {
  it('also tells the mean log density of its latents', async () => {
    const of = { ...runs.pca!, datasetDirectory: dataset.directory, split: 'test' as const };
    const quick = await studio.handlers['studio.evaluate']({ ...of, thorough: false }, context());
    expect(quick.measures).not.toHaveProperty('latent-density-10');
    const { measures } = await studio.handlers['studio.evaluate']({ ...of, thorough: true }, context());
    expect(measures['latent-density-10']).toEqual(expect.any(Number));
    expect(measures).toMatchObject(quick.measures);
  });
});
