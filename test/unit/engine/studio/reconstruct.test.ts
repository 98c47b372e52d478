import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPack, readItemIndex } from '../../../../main/engine/media/pack';
import { reconstructItems } from '../../../../main/engine/studio/reconstruct';
import { type LoadedRun, createTrainer, loadRun } from '../../../../main/engine/training';
import { type Dataset, makeDataset, makeRun, temporaryFolder } from '../training/fixture';

const folder = temporaryFolder();
let dataset: Dataset;
let model: LoadedRun;

beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'));
  const run = makeRun(folder.path('run'), dataset, { training: { steps: 2 } });
  const trainer = await createTrainer({ runDirectory: run, datasetDirectory: dataset.directory });
  await trainer.run();
  await trainer.dispose();
  model = await loadRun(run, 2);
});
afterAll(() => {
  model.dispose();
  folder.remove();
});

describe('reconstructing a few items of a split', () => {
  it('takes the same items for every model, with their names, and what the model makes of them', async () => {
    const found = await reconstructItems(model, dataset.directory, 'test', 4);
    const pack = openPack(dataset.directory);
    const { test } = (await readItemIndex(dataset.directory, pack.count)).splits;
    const items = [0, 2, 5, 8].map((place) => test[place]!);
    expect(found.names).toEqual(items.map((item) => `${item}.png`));
    const pixels = pack.readItems(items);
    pack.close();
    expect(found.originals).toEqual({ signal: dataset.signal, dtype: 'u8', count: 4, data: pixels });
    expect(found.reconstructions.data).toEqual(model.reconstruct(pixels, 4));
    expect(found.model).toEqual(model.info);
    expect((await reconstructItems(model, dataset.directory, 'test', 4)).originals).toEqual(found.originals);
    expect((await reconstructItems(model, dataset.directory, 'test', 50)).names).toHaveLength(11);
  });

  it('refuses items of another size', async () => {
    const other = await makeDataset(folder.path('other'), { channels: 3 });
    await expect(reconstructItems(model, other.directory, 'test', 4)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'dataset',
    });
  });
});
