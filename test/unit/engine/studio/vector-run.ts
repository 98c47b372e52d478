import { type LoadedRun, type LoadedVectorRun, createTrainer, loadRun } from '../../../../main/engine/training';
import { tinyModels } from '../../../support/tiny-models';
import { type Dataset, makeRun } from '../training/fixture';

/** A tiny model of a kind, trained for a few steps: its folder, and its checkpoint loaded. */
export async function trainedRun(directory: string, dataset: Dataset, kind: string, steps = 4) {
  const runDirectory = makeRun(directory, dataset, {
    model: { kind, ...tinyModels[kind] },
    training: { steps, evaluateEvery: steps, previewEvery: steps, checkpointEvery: steps },
  });
  const trainer = await createTrainer({ runDirectory, datasetDirectory: dataset.directory });
  await trainer.run();
  await trainer.dispose();
  return { runDirectory, step: steps, load: (): Promise<LoadedRun> => loadRun(runDirectory, steps) };
}

/** A loaded run as one of vectors. */
export function vectorRun(run: LoadedRun): LoadedVectorRun {
  if (run.kind !== 'vector') throw new Error('This run has codes.');
  return run;
}
