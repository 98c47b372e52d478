import { compare } from '../statistics';
import { ROUNDS, bar, inTurns, type Bench } from './bench';

/** The share of a real run's time that its steps wait for data. */
export const dataWait = bar('data-wait', { part: 'data-wait', unit: '%', most: 2 });

/** One call of a small captured function, feed and read back included. */
export const smallCall = bar('small-call', { part: 'small-call', unit: 'µs', most: 100 });

/** `tessera serve`, from its start until a browser has the page and the scripts that it names. */
export const serveStart = bar('serve-start', { part: 'serve-start', unit: 'ms', most: 2000 });

/** From one edited code to pixels, on the engine's side, 95th percentile; with `training`, while a run trains. */
export const decode = (side: number, most: number, training: boolean): Bench => {
  const name = `decode-${side}${training ? '-while-training' : ''}`;
  const quiet = bar(name, { part: 'decode', settings: { side }, unit: 'ms', most, at: 0.95 });
  if (!training) return quiet;
  return {
    name,
    async measure(laboratory) {
      const trainer = await laboratory.part('busy-trainer', { batch: 32 });
      const busy = trainer.round(); // trains until it is closed
      try {
        return await quiet.measure(laboratory);
      } finally {
        await Promise.all([trainer.close(), busy]);
      }
    },
  };
};

/** Importing small PNG files into a dataset, against decoding the same files with sharp and keeping nothing. */
export const importing: Bench = {
  name: 'import',
  async measure({ part }) {
    const ours = await part('import');
    const theirs = await part('sharp-loop');
    const values = await inTurns({ ours, theirs }, ROUNDS);
    return [compare({ bench: 'import', unit: 'images/s', baseline: 'a bare sharp loop', better: 'more', ...values })];
  },
};
