import { useRouter } from 'vue-router';
import type { RunSummary } from '@shared/contract';
import { newRunWith } from './new-run';
import { fromPreset, hasVector, isPrior, presets, type CodesFrom, type Preset, type RunSpec } from '@shared/specs';

/** Up to this side pictures have so few codes that the tiny prior learns something of them in minutes. */
const SMALL_SIDE = 32;

/** Whether a prior can learn a run's latents: it is an autoencoder with a checkpoint. */
export const canHavePrior = ({ spec, checkpoints }: Pick<RunSummary, 'spec' | 'checkpoints'>): boolean =>
  !isPrior(spec.model) && checkpoints.length > 0;

/** Whether a run is an autoencoder whose latents are codes, with a checkpoint. */
export const givesCodes = (run: Pick<RunSummary, 'spec' | 'checkpoints'>): boolean =>
  canHavePrior(run) && !hasVector(run.spec.model.kind);

/** The prior to begin with: over vectors, or over the codes of pictures of this size. */
export function suggestPrior({ height, width }: { height: number; width: number }, overVectors: boolean): Preset {
  const overCodes = Math.max(height, width) <= SMALL_SIDE ? 'gpt-tiny' : 'gpt-small';
  const name = overVectors ? 'mixture' : overCodes;
  return presets.find((preset) => preset.name === name)!;
}

/** The run that a preset stands for, on a dataset; a prior is told the classes of pictures that have some. */
export function begunWith(preset: Preset, dataset: string, autoencoder: CodesFrom | null, classes: number): RunSpec {
  const spec = fromPreset(preset, dataset, autoencoder);
  if (!isPrior(spec.model) || !('condition' in spec.model) || classes === 0) return spec;
  return { ...spec, model: { ...spec.model, condition: 'class' } };
}

/** The checkpoint of a run whose latents a prior would learn: the best. */
export const codesFrom = ({ id, best, checkpoints }: RunSummary): CodesFrom => ({
  run: id,
  step: best ?? checkpoints.at(-1) ?? null,
});

/** Goes to the form of a new run: a prior over the latents of this one, ready to start. */
export function useTrainPrior(): (run: RunSummary) => Promise<unknown> {
  const router = useRouter();
  return (run) => {
    const suggested = suggestPrior(run.signal, hasVector(run.spec.model.kind));
    const spec = begunWith(suggested, run.spec.dataset, codesFrom(run), run.classes.length);
    return router.push(newRunWith(spec));
  };
}
