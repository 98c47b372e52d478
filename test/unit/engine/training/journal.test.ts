import { evaluationSchema } from '../../../../shared/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal } from '../../../../main/engine/training/journal';
import type { TrainingSession } from '../../../../main/engine/training/session-types';
import { type Dataset, makeDataset, makeRun, manifestOf, temporaryFolder } from './fixture';

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'));
});
afterAll(folder.remove);

/** A session that only shows its previews: as much as evaluations need of one. */
const session = {
  previews: { index: { items: [], height: 16, width: 16, channels: 1 }, originals: () => null },
} as unknown as TrainingSession;

/** Which of evaluations at those steps are the best so far, by NMSE. */
function bestOf(name: string, model: object, evaluations: readonly (readonly [step: number, nmse: number])[]) {
  const run = makeRun(folder.path(name), dataset, { model });
  const journal = openJournal(run, manifestOf(run), session, {});
  const found = evaluations.map(([step, nmse]) =>
    journal.recordEvaluation(
      evaluationSchema.parse({
        split: 'test',
        step,
        items: 1,
        nmse,
        psnr: 20,
        perplexity: 2,
        usage: 1,
        deadCodes: 0,
        measures: {},
      }),
      new Uint32Array(0),
    ),
  );
  journal.close();
  return found;
}

describe('the best checkpoint', () => {
  it('is that of the lowest score', () => {
    expect(
      bestOf('plain', {}, [
        [10, 0.5],
        [20, 0.6],
        [30, 0.4],
      ]),
    ).toEqual([true, false, true]);
  });

  it('is one with the discriminator as soon as there is one, however well the model did without', () => {
    const model = { kind: 'vqgan', adversarial: { weight: 1, start: 20 }, quantizer: { kind: 'vector' } };
    expect(
      bestOf('adversarial', model, [
        [10, 0.5],
        [20, 0.3],
        [30, 0.45],
        [40, 0.46],
        [50, 0.44],
      ]),
    ).toEqual([true, true, true, false, true]);
    const without = { ...model, adversarial: { weight: 0, start: 20 } };
    expect(
      bestOf('without', without, [
        [20, 0.3],
        [30, 0.45],
      ]),
    ).toEqual([true, false]);
  });
});
