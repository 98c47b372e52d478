import { trainerContract } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { Trainer } from '../../training';
import { serveRole } from '../serve';
import { readRun } from '../../../run-files';
import { whenSetUp } from '../set-up';
import { deterministicEnvironment } from '../../tensorflow/native/process-settings';
import { trainerEvents } from './trainer-events';

/**
 * Trains one run, from `trainer.start` to its end. The run's status says whether it finished or failed; the process
 * then still answers until it is asked to end.
 */
export function serveTrainer(): void {
  const training = whenSetUp(() => import('../../training'));
  let opening: Promise<Trainer> | null = null;
  let trainer: Trainer | null = null;
  let ending = false;

  const requireTrainer = (): Trainer => {
    if (trainer) return trainer;
    throw new AppError('CONFLICT', 'This process trains nothing yet.');
  };

  serveRole(trainerContract, (emit) => {
    const events = trainerEvents(emit);
    return {
      handlers: {
        'trainer.start': async (folders) => {
          if (opening) throw new AppError('CONFLICT', 'This process has its run already.');
          // TensorFlow reads these when it loads, on the run's first use of it
          if (isDeterministic(folders.runDirectory)) Object.assign(process.env, deterministicEnvironment());
          opening = training().then(({ createTrainer }) => createTrainer({ ...folders, ...events }));
          const opened = await opening;
          trainer = opened;
          console.log(`Training from step ${opened.step}.`);
          // after the response, since a step keeps the process busy
          setImmediate(() => !ending && void opened.run());
          return { step: opened.step };
        },
        'trainer.pause': () => requireTrainer().pause(),
        'trainer.resume': () => {
          requireTrainer().resume();
          return {};
        },
        'trainer.save': () => requireTrainer().save(),
      },
      async stop() {
        ending = true;
        const opened = await opening?.catch(() => null); // the caller of start got the reason
        await opened?.dispose();
        events.flush();
      },
      async fail(thrown) {
        await trainer?.fail(thrown);
        events.flush();
      },
    };
  });
}

function isDeterministic(runDirectory: string): boolean {
  return readRun(runDirectory).spec.training.deterministic;
}
