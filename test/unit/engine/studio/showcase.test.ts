import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPack, readItemIndex } from '../../../../main/engine/media/pack';
import { bestFirst, createShowcases, scoreItems } from '../../../../main/engine/studio/showcase';
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

describe('how items are scored', () => {
  it('is by their error, that of the mean picture, and their own variance', () => {
    const scores = scoreItems(Uint8Array.of(0, 100, 100, 100), Uint8Array.of(10, 100, 100, 90), 2);
    expect(scores).toEqual([
      { error: 50, meanPictureError: 1250, variance: 2500 },
      { error: 50, meanPictureError: 1250, variance: 0 },
    ]);
  });

  it('puts an even surface last, however well it is reconstructed', () =>
    expect(
      bestFirst([
        { error: 0, meanPictureError: 0, variance: 0 },
        { error: 90, meanPictureError: 0, variance: 900 },
        { error: 10, meanPictureError: 0, variance: 1000 },
        { error: 1, meanPictureError: 0, variance: 5 },
      ]),
    ).toEqual([2, 1, 0, 3]));

  it('keeps equals in order, so that it is the same item every time', () => {
    const same = { error: 1, meanPictureError: 1, variance: 100 };
    expect(bestFirst([same, same, same])).toEqual([0, 1, 2]);
  });
});

describe('the items that show a model', () => {
  it('are held out, each once, and the same on asking again', async () => {
    const showcase = createShowcases();
    const found = await showcase(model, dataset.directory);
    const pack = openPack(dataset.directory);
    const { test } = (await readItemIndex(dataset.directory, pack.count)).splits;
    expect(found.split).toBe('test');
    expect(found.items.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...test]);
    const best = pack.readItems([found.items[0]!.index]);
    pack.close();
    const error =
      best.reduce((sum, value, at) => sum + (value - model.reconstruct(best, 1)[at]!) ** 2, 0) / best.length;
    expect(found.items[0]!.psnr).toBeCloseTo(10 * Math.log10(255 ** 2 / error), 1);
    expect(await showcase(model, dataset.directory)).toEqual(found);
    expect(found.meanPicturePsnr).toBeGreaterThan(0);
  });

  it('are refused of a dataset of another size', async () => {
    const other = await makeDataset(folder.path('other'), { channels: 3 });
    await expect(createShowcases()(model, other.directory)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
