import { setImmediate } from 'node:timers/promises';
import os from 'node:os';
import { defineTrainStep } from '../../training/train-step';
import { settingsOf } from '../../process/settings';
import { madeUpPixels, timed, type Part } from '.';
import { referenceModel } from './reference-model';

/** Training steps as the trainer runs them, batch after batch. */
export function openCapturedStep({ batch = 64, steps = 8 }: Readonly<Record<string, number>>): Part {
  const { program, model, spec } = referenceModel(32);
  const trainStep = defineTrainStep(program, model, { ...spec.training, batch });
  const pixels = madeUpPixels(batch * 32 * 32 * 3);
  let step = 0;
  return {
    round: () => Array.from({ length: steps }, () => timed(() => trainStep.run(pixels, (step += 1)))),
    close: () => program.dispose(),
  };
}

/** Trains, with the trainer's priority, from the first round on until its input ends: company for another part. */
export function openBusyTrainer(settings: Readonly<Record<string, number>>): Part {
  os.setPriority(settingsOf('trainer').priority);
  const training = openCapturedStep({ ...settings, steps: 1 });
  let isWanted = true;
  process.stdin.once('end', () => (isWanted = false));
  return {
    async round() {
      while (isWanted) {
        await training.round();
        await setImmediate();
      }
      return [];
    },
    close: () => training.close?.(),
  };
}
