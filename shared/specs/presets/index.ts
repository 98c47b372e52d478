/**
 * Named configurations: what a paper or a reference used, or what suits a purpose. Values not named are the schemas'
 * defaults.
 */
import type { Signal } from '../media';
import { type CodesFrom, runSpecSchema, type RunSpec } from '../run';
import { discreteVaePresets } from './discrete-vae';
import { dVaePresets } from './dvae';
import { gridPriorPresets } from './grid-priors';
import { maskedPriorPresets } from './masked-priors';
import type { Preset } from './preset';
import { priorPresets } from './priors';
import { recurrentPriorPresets } from './recurrent-priors';
import { vectorPriorPresets } from './vector-priors';
import { vectorPresets } from './vectors';
import { vitVqganPresets } from './vit-vqgan';
import { vqVaePresets } from './vq-vae';
import { vqVae2Presets } from './vq-vae-2';
import { vqganPresets } from './vqgan';

export type { Preset } from './preset';

export const presets: readonly Preset[] = [
  ...vqVaePresets,
  ...vectorPresets,
  ...vqganPresets,
  ...vitVqganPresets,
  ...vqVae2Presets,
  ...dVaePresets,
  ...discreteVaePresets,
  ...priorPresets,
  ...maskedPriorPresets,
  ...recurrentPriorPresets,
  ...gridPriorPresets,
  ...vectorPriorPresets,
];

/** The whole run specification a preset stands for, on a dataset; of a prior on the codes of an autoencoder. */
export function fromPreset(preset: Preset, dataset: string, autoencoder: CodesFrom | null = null): RunSpec {
  return runSpecSchema.parse({ dataset, autoencoder, ...preset.spec, preset: preset.name });
}

/** Fewer pictures than this don't fill a codebook of hundreds, and a small network learns all that is in them. */
const FEW_PICTURES = 500;

/**
 * The preset that suits pictures of this size and number best: a sensible first choice in the form. Up to 32 px, and of
 * few pictures up to 64 px, the smallest, which learns in minutes; then by size, so that the grid has 16 × 16 codes at
 * most.
 */
export function suggestPreset({ signal, splits }: { signal: Signal; splits?: { train: number } }): Preset {
  const { height, width } = signal;
  const side = Math.max(height, width);
  const isFew = splits !== undefined && splits.train < FEW_PICTURES;
  const bySize = side <= 64 ? 'photo64' : side <= 128 ? 'photo128' : 'photo256';
  const name = side <= 32 || (isFew && side <= 64) ? 'tiny' : bySize;
  return presets.find((preset) => preset.name === name)!;
}
