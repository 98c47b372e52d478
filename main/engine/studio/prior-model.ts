import type { ModelInfo } from '@shared/contract';
import { AppError } from '@shared/errors';
import { isPrior } from '@shared/specs';
import type { LogitModel, WeightsIdentity } from '../coding';
import type { LoadedCodePrior } from '../training';
import { breathe } from './long-jobs';

/**
 * Items that a prior codes at once. Part of how a file is made, as a prior's logits depend on it in their last bits, so
 * files of another number are refused; and it keeps what a file can make the machine allocate apart from what the file
 * says.
 */
const LANES = 64;

/** The class that the prior is conditioned on for each item; null where on none. */
export type Labels = readonly (number | null)[];

/**
 * A prior as a model to code by. What arrives meanwhile is answered between two positions.
 * @param labels null: the prior is conditioned on no class
 * @throws UNSUPPORTED for a prior that doesn't go code by code
 */
export function priorModel(loaded: LoadedCodePrior, labels: Labels | null, signal: AbortSignal): LogitModel {
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
  let given: Int32Array | undefined;
  return {
    lanes: LANES,
    order: stepper.order,
    begin({ first, count }) {
      given = labels
        ? Int32Array.from({ length: LANES }, (_, lane) => (lane < count ? (labels[first + lane] ?? -1) : -1) + 1)
        : undefined;
    },
    async logits(position, previous) {
      const logits = stepper.next(position, previous, given);
      await breathe(signal);
      return logits;
    },
  };
}

/**
 * The class of each of `items` among the prior's own, matched by name: null for a class that it doesn't know.
 * @param of the class of each item by its number among `classes`, −1 for none
 * @returns null where it can't be conditioned: it learnt without classes, or knows none of these
 */
export function labelsFor(
  { prior, manifest }: LoadedCodePrior,
  of: ArrayLike<number>,
  classes: readonly string[],
): Labels | null {
  if (prior.classes === 0) return null;
  const known = classes.map((name) => manifest.classes.indexOf(name));
  const labels = Array.from(of, (label) => {
    const own = known[label] ?? -1;
    return own < 0 ? null : own;
  });
  return labels.some((label) => label !== null) ? labels : null;
}

/** Which weights a model has. */
export const identityOf = ({ run, step, weightsHash }: ModelInfo): WeightsIdentity => ({ run, step, weightsHash });

/** A prior's autoencoder is a copy in its own folder: a file names the run that it was copied from. */
export const autoencoderOf = ({ autoencoder, manifest }: LoadedCodePrior): WeightsIdentity =>
  identityOf({ ...autoencoder.info, run: manifest.codes?.run ?? autoencoder.info.run });
