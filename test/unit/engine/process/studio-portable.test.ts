import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Checkpoint, type StudioUnderTest, openStudio, stop } from './studio-under-test';

let under: StudioUnderTest;
let without: StudioUnderTest['studio'];
let model: Checkpoint;
beforeAll(async () => {
  under = await openStudio();
  ({ model } = under);
  without = await under.start({ TESSERA_CACHE: path.join(under.place.folder, 'empty'), TESSERA_ENGINE: '' });
}, 120_000);
afterAll(async () => {
  if (without) await stop(without);
  await under?.close();
});

describe('a studio process on a machine without TensorFlow', () => {
  it('encodes and decodes as one with it', async () => {
    for (const index of [0, 3, 7]) {
      const [theirs, ours] = await Promise.all(
        [under.studio, without].map((one) =>
          one.peer.request('studio.encode', { ...model, picture: under.item(index) }),
        ),
      );
      expect(ours!.latent).toEqual(theirs!.latent);
      const differences = ours!.reconstruction.data.map((value, at) =>
        Math.abs(value - theirs!.reconstruction.data[at]!),
      );
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    }
  });

  it('evaluates a split to the same numbers', async () => {
    const found = await without.peer.request('studio.evaluate', under.split);
    expect(found.measures.nmse).toBeCloseTo(under.evaluation.measures.nmse!, 4);
    expect(found.measures['dead-codes']).toBe(under.evaluation.measures['dead-codes']);
  });

  it('refuses to plan a run, and to write a SavedModel, with what to do; exports weights', async () => {
    const refusal = { code: 'UNSUPPORTED', hint: expect.stringContaining('tessera setup') as string };
    const { spec, signal } = JSON.parse(await readFile(path.join(model.runDirectory, 'run.json'), 'utf8')) as never;
    await expect(without.peer.request('studio.plan', { spec, signal })).rejects.toMatchObject(refusal);
    const directory = path.join(under.place.folder, 'portable-export');
    await expect(
      without.peer.request('studio.export', { ...model, format: 'savedmodel', directory }),
    ).rejects.toMatchObject(refusal);
    await expect(readdir(directory)).rejects.toMatchObject({ code: 'ENOENT' });
    const { files } = await without.peer.request('studio.export', { ...model, format: 'safetensors', directory });
    expect(files.length).toBeGreaterThan(0);
  });

  it('starts no portable engine where the native one is insisted on', async () => {
    const insisting = await under.start({
      TESSERA_CACHE: path.join(under.place.folder, 'empty'),
      TESSERA_ENGINE: 'native',
    });
    await expect(insisting.peer.request('studio.open', model)).rejects.toMatchObject({ code: 'ENGINE_NOT_SET_UP' });
    await stop(insisting);
  });
});
