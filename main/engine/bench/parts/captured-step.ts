import { setImmediate } from 'node:timers/promises';
import os from 'node:os';
import { learnerOf } from '../../training/autoencoder-session';
import { defineTrainStep } from '../../training/train-step';
import { settingsOf } from '../../tensorflow/native/process-settings';
import { madeUpPixels, timed, type Part } from './part';
import { TRAIN_VARIANCE, referenceNetwork } from './reference-model';

/** Training steps of the reference network as the trainer runs them, batch after batch. Milliseconds. */
export function openCapturedStep({
  batch = 64,
  steps = 8,
  side = 32,
  codes,
  hidden,
}: Partial<Record<string, number>>): Part {
  const changes = { ...(codes === undefined ? {} : { codes }), ...(hidden === undefined ? {} : { hidden }) };
  const { program, model, spec } = referenceNetwork(side, changes);
  const trainStep = defineTrainStep(program, learnerOf(model, batch, TRAIN_VARIANCE), { ...spec.training, batch });
  const pixels = madeUpPixels(batch * side * side * 3);
  let step = 0;
  return {
    round: () => Array.from({ length: steps }, () => timed(() => trainStep.run({ stored: pixels }, (step += 1)))),
    close: () => program.dispose(),
  };
}

/**
 * Trains in the background, at the trainer's priority, from the first round until its input ends, while another part
 * measures.
 */
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
