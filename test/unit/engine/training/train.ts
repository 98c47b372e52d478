import { type TrainerOptions, createTrainer } from '../../../../main/engine/training';
import type { Dataset } from './fixture';

/** Trains a run to its end, or until it stops. */
export async function train(runDirectory: string, dataset: Dataset, handlers: Partial<TrainerOptions> = {}) {
  const trainer = await createTrainer({ runDirectory, datasetDirectory: dataset.directory, ...handlers });
  const outcome = await trainer.run();
  await trainer.dispose();
  return outcome;
}
