import type { ModelInfo, RunSummary } from '@shared/contract';
import { isPrior } from '@shared/specs';

/**
 * Of the priors that learnt the codes of these very weights the one that codes them in the fewest bits, by its nats a code over the held-out
 * items; null without one. A prior that settles several codes at a time has no such measure, and can't code.
 */
export function bestPrior(
  runs: readonly RunSummary[],
  { weightsHash }: Pick<ModelInfo, 'weightsHash'>,
): RunSummary | null {
  const natsOf = ({ evaluation }: RunSummary): number => evaluation?.measures.nats ?? Infinity;
  return runs
    .filter((run) => isPrior(run.spec.model) && run.codes?.weightsHash === weightsHash && run.checkpoints.length > 0)
    .reduce<RunSummary | null>((best, run) => (natsOf(run) < (best ? natsOf(best) : Infinity) ? run : best), null);
}
