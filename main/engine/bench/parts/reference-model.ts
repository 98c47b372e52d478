import { AppError } from '@shared/errors';
import { fromPreset, presets, type Preset, type RunSpec, vqVaeSchema } from '@shared/specs';
import { type CodeAutoencoder, createAutoencoder, hasCodes } from '../../autoencoders';
import { createProgram, type Program } from '../../tensorflow/graph';

/** Variance of CIFAR-10's training pixels (Sonnet's number); any value would do. */
export const TRAIN_VARIANCE = 0.0632703981;

interface Changes {
  /** K, the size of the codebook. */
  codes?: number;
  /** Channels of the network. */
  hidden?: number;
}

/** The reference configuration (`cifar10`, 32 px) or the one for photos (`photo128`), with untrained weights. */
export function referenceModel(side: number, changes: Changes = {}): ReferenceModel {
  return modelOf(presetNamed(side === 32 ? 'cifar10' : 'photo128'), side, changes);
}

/** The reference configuration's network on images of any size. */
export function referenceNetwork(side: number, changes: Changes = {}): ReferenceModel {
  return modelOf(presetNamed('cifar10'), side, changes);
}

interface ReferenceModel {
  program: Program;
  model: CodeAutoencoder;
  spec: RunSpec;
}

function presetNamed(wanted: string): Preset {
  const preset = presets.find(({ name }) => name === wanted);
  if (!preset) throw new AppError('INTERNAL', 'The presets have changed.');
  return preset;
}

function modelOf(preset: Preset, side: number, { codes, hidden }: Changes): ReferenceModel {
  const spec = fromPreset(preset, 'bench');
  const reference = vqVaeSchema.parse(spec.model);
  const quantizer = codes === undefined ? reference.quantizer : { ...reference.quantizer, codes };
  const changed = vqVaeSchema.parse({ ...reference, quantizer, ...(hidden === undefined ? {} : { hidden }) });
  const program = createProgram({ seed: 1 });
  const signal = { kind: 'picture', height: side, width: side, channels: 3 } as const;
  const model = createAutoencoder(program, changed, { signal, dataVariance: TRAIN_VARIANCE, seed: 1 });
  if (!hasCodes(model)) throw new AppError('INTERNAL', 'The reference model has no codes.');
  return { program, spec, model };
}
