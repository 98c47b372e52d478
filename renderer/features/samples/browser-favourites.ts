import { z } from 'zod';
import { type Items, recipeSchema } from '@shared/contract';
import type { Sample } from './recipe';

const KEY = 'tessera.favourites';

/** A favourite as the browser kept it before the workspace did. */
const keptSchema = z.object({
  id: z.string(),
  recipe: recipeSchema,
  number: z.number().int(),
  height: z.number().int().positive(),
  width: z.number().int().positive(),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** Base64. */
  pixels: z.string(),
  codes: z.array(z.number().int()),
  vector: z.array(z.number()).optional(),
});

/** The favourites that lie in the browser; those that can't be read are left out. */
export function favouritesInBrowser(): Sample[] {
  try {
    const parsed = z.array(z.unknown()).safeParse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
    return (parsed.success ? parsed.data : []).flatMap((entry) => {
      const kept = keptSchema.safeParse(entry);
      return kept.success ? sampleOf(kept.data) : [];
    });
  } catch {
    return []; // storage may be off
  }
}

/** Takes them out of the browser, once they are kept elsewhere. */
export function forgetFavouritesInBrowser(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // storage may be off
  }
}

function sampleOf({
  id,
  recipe,
  number,
  height,
  width,
  channels,
  pixels: text,
  codes,
  vector,
}: z.infer<typeof keptSchema>): Sample[] {
  const pixels = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (pixels.length !== height * width * channels) return [];
  const pictures: Items = { signal: { kind: 'picture', height, width, channels }, dtype: 'u8', count: 1, data: pixels };
  const latent = { codes: Int32Array.from(codes), ...(vector && { vector: Float32Array.from(vector) }) };
  return [{ id, recipe, number, pictures, index: 0, ...latent }];
}
