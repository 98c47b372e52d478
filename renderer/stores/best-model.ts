import type { RunSummary } from '@shared/contract';
import { doubtsAbout } from '@shared/diagnosis';
import { isPrior } from '@shared/specs';

/** How far a run is from being worth a look: less is better. */
function rankOf(run: RunSummary): number {
  if (run.starred) return 0;
  if (doubtsAbout(run).length > 0) return 3;
  return run.status === 'finished' ? 1 : 2;
}

/** Held out, higher is better: PSNR of an autoencoder, of a prior how few nats its codes cost; −∞ of one that was never evaluated. */
function scoreOf({ evaluation }: RunSummary): number {
  if (evaluation === null) return -Infinity;
  const { psnr, nmse, nats, 'nats-per-dimension': each } = evaluation.measures;
  return psnr ?? -(nmse ?? nats ?? each ?? Infinity);
}

/** Runs whose scores mean the same: over the same held-out items; of priors, over the same codes too. */
const groupOf = ({ spec, codes }: RunSummary): string => `${spec.dataset} ${codes?.weightsHash ?? ''}`;

/**
 * The run to begin with where nobody has chosen one; null of none.
 *
 * Starred runs come first, then finished ones, then those that stopped early or still train, and last those that the doctor's
 * rules speak against (`doubtsAbout`: too few steps, worse than the mean picture, collapsed codes). Scores are compared only
 * within a dataset, over whose held-out items they were measured: the dataset is that of the newest run of the best rank, a
 * person's own before a bundled one, and of its runs the one with the best score is taken, of equals the newest.
 */
export function bestOf(runs: readonly RunSummary[]): RunSummary | null {
  const newestFirst = [...runs].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const rank = Math.min(...newestFirst.map(rankOf));
  const ranked = newestFirst.filter((run) => rankOf(run) === rank);
  const lead = ranked.find(({ bundled }) => !bundled) ?? ranked[0];
  if (!lead) return null;
  const comparable = ranked.filter((run) => groupOf(run) === groupOf(lead) && run.bundled === lead.bundled);
  return comparable.reduce((best, run) => (scoreOf(run) > scoreOf(best) ? run : best), lead);
}

/** Runs with something to encode and decode with. */
export const isUsable = ({ spec, checkpoints }: RunSummary): boolean => checkpoints.length > 0 && !isPrior(spec.model);

/**
 * The model that is current without anybody's choice: the one that was so already, so that none changes under a person's hands, or the
 * best where that is of a better rank (it finished, the other did not; it learnt, the other did not).
 */
export function settledOn(runs: readonly RunSummary[], before: string | null): RunSummary | null {
  const best = bestOf(runs);
  const kept = runs.find(({ id }) => id === before);
  return best && kept && rankOf(kept) <= Math.max(1, rankOf(best)) ? kept : best;
}
