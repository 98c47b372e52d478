import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTrainer } from '../../../../main/engine/training';
import { openAutoencoderSession } from '../../../../main/engine/training/autoencoder-session';
import { type Dataset, makeDataset, makeRun, manifestOf, temporaryFolder } from './fixture';

/** How often a model was prepared, and with how many pictures of how many bytes. */
const prepared = vi.hoisted((): { count: number; bytes: number }[] => []);
vi.mock('../../../../main/engine/autoencoders/prepare-quantizer', async (original) => {
  const { prepareQuantizer } =
    await original<typeof import('../../../../main/engine/autoencoders/prepare-quantizer')>();
  return {
    prepareQuantizer: (...args: Parameters<typeof prepareQuantizer>) => {
      const prepare = prepareQuantizer(...args);
      return (
        prepare &&
        ((pictures: Parameters<typeof prepare>[0]) => {
          prepared.push({ count: pictures.count, bytes: pictures.read([0, pictures.count - 1]).length });
          return prepare(pictures);
        })
      );
    },
  };
});

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'), { train: 40, test: 11 });
});
afterAll(() => folder.remove());

const quantizer = { initialisation: 'k-means', update: 'gradient' };

async function train(run: string, stopAt?: number) {
  const trainer = await createTrainer({
    runDirectory: run,
    datasetDirectory: dataset.directory,
    onMetrics: ({ step }) => void (step === stopAt && trainer.stop()),
  });
  const outcome = await trainer.run();
  await trainer.dispose();
  return outcome;
}

describe('what is fitted before the first step', () => {
  it('is fitted once, to the training split alone, and not again when the run goes on', async () => {
    const run = makeRun(folder.path('run'), dataset, { quantizer });
    expect((await train(run, 7)).step).toBe(7);
    expect(prepared).toEqual([{ count: 40, bytes: 2 * 16 * 16 }]);
    expect(await train(run)).toMatchObject({ status: 'finished', step: 20 });
    expect(prepared).toHaveLength(1);
  });

  it('is what averages of the weights begin with', async () => {
    const run = makeRun(folder.path('averaged'), dataset, { quantizer, training: { averageDecay: 0.99 } });
    const session = await openAutoencoderSession(manifestOf(run), { datasetDirectory: dataset.directory });
    const codebooks = () => {
      const { weights, optimizer } = session.snapshot();
      return {
        average: [...weights['quantizer/codebook']!.data],
        trained: [...optimizer['trained/quantizer/codebook']!.data],
      };
    };
    const before = codebooks();
    await session.prepare();
    const after = codebooks();
    session.dispose();
    after.trained.forEach((value, at) => expect(after.average[at]).toBeCloseTo(value, 6));
    expect(after.trained).not.toEqual(before.trained);
  });
});
