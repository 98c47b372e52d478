import path from 'node:path';
import { AppError } from '@shared/errors';
import {
  type CodePriorSpec,
  type PriorSpec,
  type RunManifest,
  type VectorPriorSpec,
  isPrior,
  isVectorPrior,
  runFolder,
} from '@shared/specs';
import { type LoadedCodeRun, type LoadedVectorRun, loadRun } from './load-run';

/** What a prior stands on: its specification, and the autoencoder whose codes, or vectors, it is over. */
export type PriorGround =
  | { kind: 'codes'; spec: CodePriorSpec; autoencoder: LoadedCodeRun }
  | { kind: 'vector'; spec: VectorPriorSpec; autoencoder: LoadedVectorRun };

/** @throws BAD_REQUEST if the run trains an autoencoder */
export function requirePrior({ name, spec }: RunManifest): PriorSpec {
  if (isPrior(spec.model)) return spec.model;
  throw new AppError('BAD_REQUEST', `“${name}” is an autoencoder (${spec.model.kind}), not a prior.`, '', {
    field: 'run',
  });
}

/**
 * Loads the autoencoder in a prior's folder.
 * @throws BAD_FILE if it isn't the one that the run began with; BAD_REQUEST if the prior isn't over such latents
 */
export async function loadGround(runDirectory: string, manifest: RunManifest): Promise<PriorGround> {
  const spec = requirePrior(manifest);
  const { name, codes } = manifest;
  if (!codes) throw new AppError('BAD_FILE', `The run.json of “${name}” doesn't say whose codes it learns.`);
  const autoencoder = await loadRun(path.join(runDirectory, runFolder.autoencoder), codes.step);
  try {
    if (autoencoder.info.weightsHash !== codes.weightsHash)
      throw new AppError(
        'BAD_FILE',
        `The autoencoder in the folder of “${name}” is not the one whose codes it learns.`,
      );
    if (isVectorPrior(spec)) {
      if (autoencoder.kind === 'vector') return { kind: 'vector', spec, autoencoder };
    } else if (autoencoder.kind === 'codes') return { kind: 'codes', spec, autoencoder };
    throw mismatch(spec, 'autoencoder');
  } catch (thrown) {
    autoencoder.dispose();
    throw thrown;
  }
}

/** A prior over what its autoencoder doesn't have. */
export function mismatch(spec: PriorSpec, field: string): AppError {
  const [message, hint] = isVectorPrior(spec)
    ? [`A ${spec.kind} prior is over vectors; the autoencoder’s latent is codes.`, 'A GPT is a prior over codes.']
    : [
        `A ${spec.kind} prior is over codes; the autoencoder’s latent is a vector.`,
        'A mixture is a prior over vectors.',
      ];
  return new AppError('BAD_REQUEST', message, hint, { field });
}
