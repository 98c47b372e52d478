import { type LoadedCodePrior, loadPrior } from '../../main/engine/training';

/** Loads a prior that is known to be over codes. */
export async function loadCodePrior(runDirectory: string, step: number): Promise<LoadedCodePrior> {
  const loaded = await loadPrior(runDirectory, step);
  if (loaded.kind !== 'codes') throw new Error('This prior is over vectors.');
  return loaded;
}
