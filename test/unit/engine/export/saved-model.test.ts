import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportRun } from '../../../../main/engine/export';
import { type Tensor, tf } from '../../../../main/engine/tensorflow/native/load';
import { createTrainer } from '../../../../main/engine/training';
import { openSignature } from '../../../support/saved-model';
import { makeDataset, makeRun, temporaryFolder } from '../training/fixture';

const folder = temporaryFolder();
const directory = folder.path('export');
const COUNT = 5;
let shape: number[];
beforeAll(async () => {
  const dataset = await makeDataset(folder.path('dataset'));
  makeRun(folder.path('run'), dataset, { training: { steps: 2 } });
  const runDirectory = folder.path('run');
  const trainer = await createTrainer({ runDirectory, datasetDirectory: dataset.directory });
  await trainer.run();
  await trainer.dispose();
  await exportRun({ runDirectory, step: 2, format: 'savedmodel', directory });
  shape = [dataset.signal.height, dataset.signal.width, dataset.signal.channels];
});
afterAll(folder.remove);

/** `images` through a signature in batches of `batch`: the values of each output. */
async function inBatches(signature: string, images: Tensor, batch: number): Promise<Record<string, number[]>> {
  const model = await openSignature(directory, signature);
  const found: Record<string, number[]> = {};
  for (let at = 0; at < COUNT; at += batch) {
    const some = tf.slice(images, at, Math.min(batch, COUNT - at));
    for (const [name, output] of Object.entries(model.predict({ images: some }))) {
      (found[name] ??= []).push(...output.dataSync());
    }
  }
  model.dispose();
  return found;
}

describe('a SavedModel', () => {
  it.each([1, 2, 3])('gives in batches of %i what it gives at once', async (batch) => {
    const images = tf.randomUniform([COUNT, ...shape], 0, 1, 'float32', 3);
    const [parts, whole] = [await inBatches('encode', images, batch), await inBatches('encode', images, COUNT)];
    expect(parts).toEqual(whole);
  });

  it('reconstructs as it encodes and decodes', async () => {
    const images = tf.randomUniform([COUNT, ...shape], 0, 1, 'float32', 4);
    const both = await inBatches('reconstruct', images, COUNT);
    expect(both.indices).toEqual((await inBatches('encode', images, COUNT)).indices);
    expect(both.images!.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(both.images!.length).toBe(images.size);
  });
});
