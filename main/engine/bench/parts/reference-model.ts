import { AppError } from '@shared/errors';
import { fromPreset, presets, type RunSpec } from '@shared/specs';
import { type GridAutoencoder, createAutoencoder } from '../../autoencoders';
import { createProgram, type Program } from '../../tensorflow/graph';

/** Variance of CIFAR-10's training pixels (Sonnet's number); any would do. */
export const TRAIN_VARIANCE = 0.0632703981;

/** The reference configuration (`cifar10`, 32 px) or that for photos (`photo128`), with untrained weights. */
export function referenceModel(side: number): { program: Program; model: GridAutoencoder; spec: RunSpec } {
  const preset = presets.find(({ name }) => name === (side === 32 ? 'cifar10' : 'photo128'));
  if (!preset) throw new AppError('INTERNAL', 'The presets have changed.');
  const spec = fromPreset(preset, 'bench');
  const program = createProgram({ seed: 1 });
  const image = { height: side, width: side, channels: 3 } as const;
  return { program, spec, model: createAutoencoder(spec.model, image, TRAIN_VARIANCE, program, 1) };
}
