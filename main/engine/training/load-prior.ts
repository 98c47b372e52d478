import type { ModelInfo } from '@shared/contract';
import type { RunManifest } from '@shared/specs';
import {
  type CodePrior,
  type CodeSampler,
  type CodeStepper,
  type FindCandidates,
  type VectorPrior,
  type VectorSampler,
  createCodePrior,
  createVectorPrior,
} from '../priors';
import { type Program, createProgram } from '../tensorflow/graph';
import { type LoadedCodeRun, type LoadedVectorRun, loadWeights } from './load-run';
import { type PriorGround, loadGround, requirePrior } from './prior-ground';
import { readState, readWeights } from './run-files';
import { readRun } from '../../run-files';

interface LoadedOver<Prior, Run, Sampler> {
  /** The prior's own weights; the autoencoder's signal and latent. */
  readonly info: ModelInfo;
  readonly manifest: RunManifest;
  readonly autoencoder: Run;
  readonly prior: Prior;
  readonly program: Program;
  /** Draws `batch` items at once. */
  sampler(batch: number): Sampler;
  dispose(): void;
}

/** A checkpoint of a prior over codes ready to draw and to judge, with the autoencoder whose codes it knows. */
export interface LoadedCodePrior extends LoadedOver<CodePrior, LoadedCodeRun, CodeSampler> {
  readonly kind: 'codes';
  /** Goes through `batch` items at once, code by code; null for a prior that settles several codes at a time. */
  stepper(batch: number): CodeStepper | null;
  /** What can be drawn in each place of an item. */
  readonly candidates: FindCandidates;
}

/** The same of a prior over vectors. */
export interface LoadedVectorPrior extends LoadedOver<VectorPrior, LoadedVectorRun, VectorSampler> {
  readonly kind: 'vector';
}

export type LoadedPrior = LoadedCodePrior | LoadedVectorPrior;

/**
 * Loads the checkpoint of a prior's run at a step, and its autoencoder.
 * @throws NOT_FOUND without such a run or checkpoint; BAD_FILE where files are damaged or belong to another model;
 * BAD_REQUEST for
 *   a run that trains no prior
 */
export async function loadPrior(runDirectory: string, step: number): Promise<LoadedPrior> {
  const manifest = readRun(runDirectory);
  requirePrior(manifest);
  const { weightsHash } = readState(runDirectory, step);
  const file = readWeights(runDirectory, step);
  const ground = await loadGround(runDirectory, manifest);
  const program = createProgram({ seed: manifest.spec.training.seed });
  const dispose = () => {
    program.dispose();
    ground.autoencoder.dispose();
  };
  try {
    const { signal, latent } = ground.autoencoder.info;
    const info = { run: manifest.id, step, signal, latent, weightsHash };
    const common = { info, manifest, program, dispose };
    const loaded = ground.kind === 'codes' ? overCodes(ground, common) : overVectors(ground, common);
    loadWeights(program, loaded.prior, file);
    return loaded;
  } catch (thrown) {
    dispose();
    throw thrown;
  }
}

type Common = Pick<LoadedPrior, 'info' | 'manifest' | 'program' | 'dispose'>;

function overCodes({ spec, autoencoder }: Extract<PriorGround, { kind: 'codes' }>, common: Common): LoadedCodePrior {
  const { manifest, program } = common;
  const { latent } = autoencoder;
  const { seed } = manifest.spec.training;
  const prior = createCodePrior(program, spec, { latent, classes: manifest.classes.length, seed });
  return {
    ...common,
    kind: 'codes',
    autoencoder,
    prior,
    sampler: (batch) => program.once(`sampler/${batch}`, () => prior.sampler({ batch })),
    stepper: (batch) => program.once(`stepper/${batch}`, () => prior.stepper?.({ batch }) ?? null),
    candidates: (...of) => program.once('candidates', () => prior.candidates())(...of),
  };
}

function overVectors(
  { spec, autoencoder }: Extract<PriorGround, { kind: 'vector' }>,
  common: Common,
): LoadedVectorPrior {
  const { manifest, program } = common;
  const { latent } = autoencoder;
  const prior = createVectorPrior(program, spec, { latent, seed: manifest.spec.training.seed });
  const sampler = (batch: number) => program.once(`sampler/${batch}`, () => prior.sampler({ batch }));
  return { ...common, kind: 'vector', autoencoder, prior, sampler };
}
