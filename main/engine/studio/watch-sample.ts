import type { Drawing, Watched } from '@shared/contract';
import { AppError } from '@shared/errors';
import { latentSize } from '@shared/specs';
import type { Candidates } from '../priors';
import type { LoadedCodePrior } from '../training';
import { breathe } from './long-jobs';
import { BATCH, drawBatch, requireLabel } from './samples';

/**
 * Draws one sample, exactly the one that `drawSamples` draws, and records how: the turn in which each code was settled,
 * and what else could have been drawn. A prior that goes code by code takes one turn per code; one pass over the
 * finished codes gives all probabilities, as each place looks only at earlier ones. A prior that draws in rounds is run
 * again before each round for its probabilities of every place.
 * @throws BAD_REQUEST for a class that the prior doesn't know; CANCELLED
 */
export async function watchSample(
  loaded: LoadedCodePrior,
  { number, label, ...drawing }: Omit<Drawing, 'count' | 'first' | 'given'> & { number: number },
  { signal, onProgress }: { signal: AbortSignal; onProgress(done: number, total: number): void },
): Promise<Watched> {
  requireLabel(loaded, label);
  const { prior, info, candidates: find } = loaded;
  const size = latentSize(prior.latent);
  const batch = Math.floor(number / BATCH);
  const labels = label === null ? null : new Int32Array(BATCH).fill(label);
  const how = { ...drawing, label: label ?? -1 };
  const own = (codes: Int32Array) => codes.slice((number % BATCH) * size, ((number % BATCH) + 1) * size);

  /** What was settled before each turn; of a prior that goes code by code only the end counts. */
  const before = [new Int32Array(size).fill(-1)];
  let codes = before[0]!;
  const going = drawBatch(loaded, batch, labels, { ...drawing, given: null });
  for (;;) {
    if (signal.aborted) throw new AppError('CANCELLED', 'Drawing was cancelled.');
    const { done, value } = going.next();
    codes = own(done ? value : value.codes());
    if (done) break;
    if (!prior.order) before.push(codes);
    onProgress(value.drawn, value.total);
    await breathe(signal);
  }

  const { order } = prior;
  if (order) {
    const turns = new Int32Array(size);
    order.forEach((place, turn) => (turns[place] = turn));
    const { each, codes: candidates, probabilities, drawn } = find(codes, codes, how);
    return { step: info.step, inRounds: false, codes, turns, turnCount: size, each, candidates, probabilities, drawn };
  }

  // the last state is the whole: no turn comes after it
  const turnCount = before.length - 1;
  const turns = codes.map((_, place) => before.findIndex((state) => state[place]! >= 0) - 1);
  const rounds: Candidates[] = [];
  for (const state of before.slice(0, turnCount)) {
    rounds.push(find(state, codes, how));
    await breathe(signal);
  }
  const { each } = rounds[0]!;
  const candidates = new Int32Array(turnCount * size * each);
  const probabilities = new Float32Array(turnCount * size * each);
  rounds.forEach((round, turn) => {
    candidates.set(round.codes, turn * size * each);
    probabilities.set(round.probabilities, turn * size * each);
  });
  const drawn = Float32Array.from(turns, (turn, place) => rounds[turn]?.drawn[place] ?? 0);
  return { step: info.step, inRounds: true, codes, turns, turnCount, each, candidates, probabilities, drawn };
}
