import { drawingSchema, type Pictures, type RunSummary } from '@shared/contract';
import { z } from 'zod';

/** What a person sets before samples are drawn; the contract's limits. */
export const settingsSchema = drawingSchema.pick({
  count: true,
  seed: true,
  temperature: true,
  topK: true,
  topP: true,
  guidance: true,
});
export type Settings = z.infer<typeof settingsSchema>;

/** How samples were made: who reads it can draw them again. */
export const recipeSchema = settingsSchema.omit({ count: true }).extend({
  prior: z.object({ run: z.string(), name: z.string(), model: z.string(), step: z.number().int() }),
  /** The checkpoint whose codes they are. */
  autoencoder: z.object({ run: z.string(), name: z.string(), step: z.number().int(), weightsHash: z.string() }),
  /** The class that was asked for; null: of none in particular. */
  class: z.object({ label: z.number().int(), name: z.string() }).nullable(),
});
export type Recipe = z.infer<typeof recipeSchema>;

/** One sample, with all that is needed to show, save and open it. */
export interface Sample {
  id: string;
  recipe: Recipe;
  /** Its number among those of the seed, from 0. */
  number: number;
  /** Its picture is `pictures[index]`. */
  pictures: Pictures;
  index: number;
  codes: Int32Array<ArrayBuffer>;
}

export function recipeOf(
  { id, name, spec, codes }: RunSummary,
  step: number,
  { seed, temperature, topK, topP, guidance }: Settings,
  label: Recipe['class'],
): Recipe {
  const { run, name: codesName, step: codesStep, weightsHash } = codes!;
  return {
    prior: { run: id, name, model: spec.model.kind, step },
    autoencoder: { run, name: codesName, step: codesStep, weightsHash },
    class: label,
    seed,
    temperature,
    topK,
    topP,
    guidance: label === null ? 1 : guidance,
  };
}

/** A sample's name apart from all others: its recipe and number. */
export function sampleId(
  { prior, class: of, seed, temperature, topK, topP, guidance }: Recipe,
  number: number,
): string {
  return [prior.run, prior.step, of?.label ?? '-', seed, temperature, topK, topP, guidance, number].join(' ');
}

/** The keyword of a PNG's text chunk that has the recipe. */
export const PNG_KEYWORD = 'tessera';

/** A sample's recipe as JSON that any encoding can hold: what isn't ASCII is escaped. */
export function recipeJson({ recipe, number, codes }: Sample, indent = 0): string {
  const text = JSON.stringify({ tessera: 'sample', ...recipe, number, codes: [...codes] }, null, indent);
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `VQ-VAE-GPT-cat-seed-3-07.png`: a file name that every system takes. */
export function fileName({ recipe, number }: Sample): string {
  const parts = [recipe.prior.name, recipe.class?.name, `seed-${recipe.seed}`, String(number).padStart(3, '0')];
  const words = parts.flatMap((part) => part?.replaceAll(/[^\p{L}\p{N}.-]+/gu, '-') ?? []);
  return `${words.join('-')}.png`;
}
