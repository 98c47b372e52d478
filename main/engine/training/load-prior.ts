import type { ModelInfo } from '@shared/contract';
import type { RunManifest } from '@shared/specs';
import { type CodeSampler, type CodeStepper, type Prior, createPrior } from '../priors';
import { type Program, createProgram } from '../tensorflow/graph';
import { type LoadedCodeRun, loadWeights } from './load-run';
import { loadAutoencoder, requirePrior } from './prior-session';
import { readRun, readState, readWeights } from './run-files';

/** A checkpoint of a prior ready to draw and to judge, with the autoencoder whose codes it knows. */
export interface LoadedPrior {
  /** Of the prior's own weights; image and latent are the autoencoder's. */
  readonly info: ModelInfo;
  readonly manifest: RunManifest;
  readonly autoencoder: LoadedCodeRun;
  readonly prior: Prior;
  readonly program: Program;
  /** Draws `batch` items at once. */
  sampler(batch: number): CodeSampler;
  /** Goes through `batch` items at once, code by code; null for a prior that settles several codes at a time. */
  stepper(batch: number): CodeStepper | null;
  dispose(): void;
}

/**
 * Loads the checkpoint of a prior's run at a step, and its autoencoder.
 * @throws NOT_FOUND without such a run or checkpoint; BAD_FILE where files are damaged or belong to another model; BAD_REQUEST for
 *   a run that trains no prior
 */
export async function loadPrior(runDirectory: string, step: number): Promise<LoadedPrior> {
  const manifest = readRun(runDirectory);
  const spec = requirePrior(manifest);
  const { weightsHash } = readState(runDirectory, step);
  const file = readWeights(runDirectory, step);
  const autoencoder = await loadAutoencoder(runDirectory, manifest);
  const { seed } = manifest.spec.training;
  const program = createProgram({ seed });
  const dispose = () => {
    program.dispose();
    autoencoder.dispose();
  };
  try {
    const { latent, info } = autoencoder;
    const prior = createPrior(program, spec, { latent, classes: manifest.classes.length, seed });
    loadWeights(program, prior, file);
    const samplers = new Map<number, CodeSampler>();
    const steppers = new Map<number, CodeStepper>();
    return {
      info: { run: manifest.id, step, image: info.image, latent, weightsHash },
      manifest,
      autoencoder,
      prior,
      program,
      sampler(batch) {
        const known = samplers.get(batch) ?? prior.sampler({ batch });
        samplers.set(batch, known);
        return known;
      },
      stepper(batch) {
        const known = steppers.get(batch) ?? prior.stepper?.({ batch });
        if (known) steppers.set(batch, known);
        return known ?? null;
      },
      dispose,
    };
  } catch (thrown) {
    dispose();
    throw thrown;
  }
}
