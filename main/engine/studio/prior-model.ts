import type { ModelInfo } from '@shared/contract';
import { AppError } from '@shared/errors';
import { isPrior } from '@shared/specs';
import type { LogitModel, WeightsIdentity } from '../coding';
import type { LoadedPrior } from '../training';
import { breathe } from './long-jobs';

/**
 * Items that a prior codes at once. Part of how a file is made, as a prior's logits depend on it in their last bits, so files of another
 * number are refused; and it keeps what a file can make the machine allocate apart from what the file says.
 */
const LANES = 64;

/**
 * A prior as a model to code by, nobody being told a class. What arrives meanwhile is answered between two positions.
 * @throws UNSUPPORTED for a prior that doesn't go code by code
 */
export function priorModel(loaded: LoadedPrior, signal: AbortSignal): LogitModel {
  const stepper = loaded.stepper(LANES);
  if (!stepper) {
    const { name, spec } = loaded.manifest;
    const kind = isPrior(spec.model) ? spec.model.kind : '';
    throw new AppError(
      'UNSUPPORTED',
      `“${name}” (${kind}) settles several codes at a time: it has no probability of each code given those before it.`,
      'Compress by a prior that goes code by code, such as a GPT.',
      { field: 'run' },
    );
  }
  return {
    lanes: LANES,
    order: stepper.order,
    begin: () => undefined,
    async logits(position, previous) {
      const logits = stepper.next(position, previous);
      await breathe(signal);
      return logits;
    },
  };
}

/** Which weights a model has. */
export const identityOf = ({ run, step, weightsHash }: ModelInfo): WeightsIdentity => ({ run, step, weightsHash });
