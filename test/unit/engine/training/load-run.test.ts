import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFolder } from '../../../../shared/specs';
import { openPack } from '../../../../main/engine/media/pack';
import { requireCodes } from '../../../../main/engine/studio/latents';
import { type LoadedCodeRun, createTrainer, evaluateRun, loadRun } from '../../../../main/engine/training';
import { type Dataset, makeDataset, makeRun, manifestOf, temporaryFolder, tensorsOf } from './fixture';

const folder = temporaryFolder();
const run = folder.path('run');
let dataset: Dataset;
let model: LoadedCodeRun;
let pixels: Uint8Array;

beforeAll(async () => {
  // Sides that the two downsamplings don't divide, in colour.
  dataset = await makeDataset(folder.path('dataset'), { height: 18, width: 21, channels: 3, train: 30, test: 20 });
  makeRun(run, dataset);
  const trainer = await createTrainer({ runDirectory: run, datasetDirectory: dataset.directory });
  await trainer.run();
  await trainer.dispose();
  model = requireCodes(await loadRun(run, 20));
  const pack = openPack(dataset.directory);
  pixels = pack.readItems(Array.from({ length: 50 }, (_, item) => item));
  pack.close();
});
afterAll(() => {
  model.dispose();
  folder.remove();
});

const itemBytes = 18 * 21 * 3;

describe('a loaded run', () => {
  it('says what it is', () => {
    expect(model.info).toMatchObject({
      run: 'run',
      step: 20,
      signal: dataset.signal,
      latent: { kind: 'codes', levels: [{ axes: [5, 6], depth: 1, codes: 16, dimension: 4 }] },
    });
    expect(model.info.weightsHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('encodes an item to the same codes alone and in any company', () => {
    const together = model.encode(pixels, 50);
    expect(together.length).toBe(50 * 30);
    expect(Math.max(...together)).toBeLessThan(16);
    for (const item of [0, 17, 49]) {
      const alone = model.encode(pixels.slice(item * itemBytes, (item + 1) * itemBytes), 1);
      expect([...alone]).toEqual([...together.slice(item * 30, (item + 1) * 30)]);
    }
  });

  it('decodes codes to pictures of the true size, the same alone and in any company', () => {
    const codes = model.encode(pixels, 50);
    const together = model.decode(codes, 50);
    expect(together.length).toBe(50 * itemBytes);
    const alone = model.decode(codes.slice(30, 60), 1);
    alone.forEach((value, at) => expect(Math.abs(value - together[itemBytes + at]!)).toBeLessThanOrEqual(1));
    expect(model.reconstruct(pixels, 50)).toEqual(together);
  });

  it('gives the codebook as its checkpoint has it', () => {
    expect(model.codebook(model.layers[0]!)).toEqual(tensorsOf(run, 20)['quantizer/codebook']!.data);
  });

  it('takes nothing at all', () => {
    expect(model.encode(new Uint8Array(0), 0).length).toBe(0);
    expect(model.decode(new Int32Array(0), 0).length).toBe(0);
  });

  it.each([-1, 16, 2 ** 31 - 1])('refuses code %i, naming it and the limit', (code) => {
    const codes = new Int32Array(30);
    codes[29] = code;
    expect(() => model.decode(codes, 1)).toThrow(
      `There is no code ${code} (row 5, column 6): the codebook has codes 0 to 15.`,
    );
  });

  it('refuses another number of pixels or codes', () => {
    expect(() => model.encode(new Uint8Array(itemBytes - 1), 1)).toThrow(/1134 values, not 1133/);
    expect(() => model.decode(new Int32Array(31), 1)).toThrow(/30 codes, not 31/);
  });

  it('is evaluated over either split, with progress, and can be cancelled', async () => {
    const seen: [number, number][] = [];
    const { evaluation, counts } = await evaluateRun(model, dataset.directory, 'train', {
      onProgress: (...at) => seen.push(at),
    });
    expect(evaluation).toMatchObject({ split: 'train', step: 20, items: 30 });
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(30 * 30);
    expect(seen.at(-1)).toEqual([30, 30]);
    const cancelled = evaluateRun(model, dataset.directory, 'test', { signal: AbortSignal.abort() });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('loading', () => {
  const broken = async (name: string, spoil: (directory: string) => void) => {
    const { cpSync } = await import('node:fs');
    const copy = folder.path(name);
    cpSync(run, copy, { recursive: true });
    spoil(copy);
    return loadRun(copy, 20);
  };

  it('refuses a step without a checkpoint and a folder that is no run', async () => {
    await expect(loadRun(run, 15)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(loadRun(folder.path('dataset'), 20)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses weights that are cut off', async () => {
    const weights = path.join(runFolder.checkpoint(20), runFolder.weights);
    await expect(broken('cut', (copy) => truncateSync(path.join(copy, weights), 999))).rejects.toMatchObject({
      code: 'BAD_FILE',
    });
  });

  it('refuses weights of another model, naming the first that differs', async () => {
    const spoil = (copy: string) => {
      const manifest = manifestOf(copy);
      Object.assign(manifest.spec.model, { hidden: 12 });
      writeFileSync(path.join(copy, runFolder.manifest), JSON.stringify(manifest));
    };
    await expect(broken('other', spoil)).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('encoder/down1/kernel') as string,
    });
  });

  it('refuses a run.json that is not right, naming the field', async () => {
    const spoil = (copy: string) => {
      const text = readFileSync(path.join(copy, runFolder.manifest), 'utf8');
      writeFileSync(
        path.join(copy, runFolder.manifest),
        text.replace('"hidden":8', '"hidden":"wide"').replace('"hidden": 8', '"hidden": "wide"'),
      );
    };
    await expect(broken('wrong', spoil)).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringMatching(/run\.json: spec\.model\.hidden: /) as string,
    });
  });
});
