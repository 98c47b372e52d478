import type { RunSummary } from '@shared/contract';
import { layersOf } from '@shared/specs';

/** Nats per code: of the prior, of knowing only how often each code occurs, and of guessing blindly (ln K). */
export interface PriorNats {
  own: number;
  unigram: number | null;
  uniform: number | null;
  /** Whether it knows more than how often each code occurs; null before its first evaluation. */
  isBetter: boolean | null;
}

/** What a prior's newest evaluation says, else its newest step; null before its first numbers. */
export function natsOf(run: Pick<RunSummary, 'evaluation' | 'latest' | 'codes'>): PriorNats | null {
  const measures = run.evaluation?.measures;
  const own = measures?.nats ?? run.latest?.nats ?? null;
  if (own === null) return null;
  const unigram = measures?.['nats-unigram'] ?? null;
  return {
    own,
    unigram,
    uniform: measures?.['nats-uniform'] ?? uniformNats(run.codes),
    isBetter: unigram === null || measures?.nats === undefined ? null : measures.nats < unigram,
  };
}

/** What a prior over vectors costs a component, and what N(0, I) does, by its newest evaluation; null before its first. */
export function densityOf({
  evaluation,
}: Pick<RunSummary, 'evaluation'>): { own: number; normal: number | null } | null {
  const own = evaluation?.measures['nats-per-dimension'];
  return own === undefined ? null : { own, normal: evaluation?.measures['nats-per-dimension-normal'] ?? null };
}

/** ln K, the mean over all places of an item's latent. */
function uniformNats(codes: RunSummary['codes']): number | null {
  if (codes?.latent.kind !== 'codes') return null;
  const layers = layersOf(codes.latent);
  const places = layers.reduce((sum, { cells }) => sum + cells, 0);
  return layers.reduce((sum, layer) => sum + layer.cells * Math.log(layer.codes), 0) / places;
}

/** The newest checkpoint of an autoencoder that was trained on since a prior took its codes at `step`; null if it wasn't. */
export function betterCodes(step: number, autoencoder: Pick<RunSummary, 'checkpoints' | 'best'> | null): number | null {
  const newest = autoencoder?.checkpoints.at(-1) ?? step;
  // where the checkpoint is still the best, what came after is no reason to begin anew
  return newest > step && autoencoder?.best !== step ? newest : null;
}
