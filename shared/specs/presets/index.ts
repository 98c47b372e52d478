/** Named configurations: what a paper or a reference used, or what suits a purpose. Values not named are the schemas' defaults. */
import type { z } from 'zod';
import type { autoencoderSchema } from '../autoencoders';
import { type AutoencoderKind } from '../autoencoders';
import type { Localized } from '../field';
import { runSpecSchema, type RunSpec } from '../run';
import { discreteVaePresets } from './discrete-vae';
import { dVaePresets } from './dvae';
import { vectorPresets } from './vectors';
import { vitVqganPresets } from './vit-vqgan';
import { vqVaePresets } from './vq-vae';
import { vqVae2Presets } from './vq-vae-2';
import { vqganPresets } from './vqgan';

export interface Preset {
  /** As in `--preset NAME`. */
  name: string;
  model: AutoencoderKind;
  label: Localized;
  help: Localized;
  spec: { model: z.input<typeof autoencoderSchema>; training: Partial<RunSpec['training']> };
}

export const presets: readonly Preset[] = [
  ...vqVaePresets,
  ...vectorPresets,
  ...vqganPresets,
  ...vitVqganPresets,
  ...vqVae2Presets,
  ...dVaePresets,
  ...discreteVaePresets,
];

/** The whole run specification a preset stands for, on a dataset. */
export function fromPreset(preset: Preset, dataset: string): RunSpec {
  return runSpecSchema.parse({ dataset, ...preset.spec, preset: preset.name });
}

/** The preset that suits pictures of this size best: a sensible first choice in the form. */
export function suggestPreset(image: { height: number; width: number }): Preset {
  const side = Math.max(image.height, image.width);
  const name = side <= 32 ? 'tiny' : side <= 64 ? 'cifar10' : 'photo128';
  return presets.find((preset) => preset.name === name)!;
}
