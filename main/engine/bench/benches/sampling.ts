import { compare } from '../statistics';
import { ROUNDS, inTurns, type Bench } from './bench';
import { alone } from './training';

/** The best sequence, as for training. */
const best = { unit: 'ms', better: 'less', at: 0 } as const;

/**
 * Milliseconds per code drawn from the GPT with its cache, against PyTorch with a cache at its better of one or two
 * threads.
 */
export const sampling = (batch: number): Bench => ({
  name: `sampling-${batch}`,
  async measure({ part, pytorch }) {
    const settings = { batch, length: 64, sequences: 8 };
    const torch = (threads: number) =>
      pytorch('gpt', { batch, length: 64, steps: settings.sequences, mode: 'sample', threads });
    const [one, two] = [await torch(1), await torch(2)];
    const ours = await part('gpt-sampling', settings);
    if (!one || !two) return alone(`sampling-${batch}`, (await inTurns({ ours }, ROUNDS)).ours);
    const values = await inTurns({ ours, one: one.side, two: two.side }, ROUNDS);
    const isOneBetter = Math.min(...values.one) < Math.min(...values.two);
    return [
      compare({
        ...best,
        bench: `sampling-${batch}-pytorch`,
        baseline: `${one.name}, cached, ${isOneBetter ? '1 thread' : '2 threads'}`,
        ours: values.ours,
        theirs: isOneBetter ? values.one : values.two,
      }),
    ];
  },
});

/** What the cache saves: the same code drawn by computing the whole sequence anew. */
export const caching = (length: number): Bench => ({
  name: `sampling-cache-${length}`,
  async measure({ part }) {
    const ours = await part('gpt-sampling', { batch: 1, length, sequences: 2 });
    const recomputing = await part('gpt-recomputing', { batch: 1, length, tokens: 16 });
    const values = await inTurns({ ours, recomputing }, ROUNDS);
    return [
      compare({
        ...best,
        bench: `sampling-cache-${length}`,
        baseline: 'recomputing',
        ours: values.ours,
        theirs: values.recomputing,
      }),
    ];
  },
});
