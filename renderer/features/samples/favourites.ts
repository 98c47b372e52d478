import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { z } from 'zod';
import { recipeSchema } from '@shared/contract';
import type { Sample } from './recipe';

const KEY = 'tessera.favourites';

/** A favourite as the browser keeps it: with its pixels, so that it outlasts the run that drew it. */
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
type Kept = z.infer<typeof keptSchema>;

/** Samples that somebody liked, the newest first; kept by the browser. */
export const useFavourites = defineStore('favourite-samples', () => {
  const list = shallowRef<readonly Sample[]>(read());
  const ids = computed(() => new Set(list.value.map(({ id }) => id)));

  /** Keeps a sample, or forgets it. Answers false where the browser has no room for it: then it lasts as long as the page. */
  function toggle(sample: Sample): boolean {
    list.value = ids.value.has(sample.id)
      ? list.value.filter(({ id }) => id !== sample.id)
      : [alone(sample), ...list.value];
    return write(list.value);
  }

  return { list, toggle, has: (sample: Sample) => ids.value.has(sample.id) };
});

/** The sample with a picture of its own: that of its sheet would keep the whole sheet. */
function alone(sample: Sample): Sample {
  const { height, width, channels, pixels } = sample.pictures;
  const size = height * width * channels;
  const own = pixels.slice(sample.index * size, (sample.index + 1) * size);
  return { ...sample, pictures: { count: 1, height, width, channels, pixels: own }, index: 0 };
}

function write(samples: readonly Sample[]): boolean {
  const kept = samples.map(({ id, recipe, number, pictures, codes, vector }): Kept => {
    const { height, width, channels, pixels } = pictures;
    const latent = { codes: [...codes], ...(vector && { vector: [...vector] }) };
    return { id, recipe, number, height, width, channels, pixels: toBase64(pixels), ...latent };
  });
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
    return true;
  } catch {
    return false; // storage may be off or full
  }
}

function read(): Sample[] {
  try {
    const parsed = z.array(z.unknown()).safeParse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
    return (parsed.success ? parsed.data : []).flatMap((entry) => {
      const kept = keptSchema.safeParse(entry);
      return kept.success ? sampleOf(kept.data) : [];
    });
  } catch {
    return [];
  }
}

function sampleOf({ id, recipe, number, height, width, channels, pixels: text, codes, vector }: Kept): Sample[] {
  const pixels = fromBase64(text);
  if (pixels.length !== height * width * channels) return [];
  const pictures = { count: 1, height, width, channels, pixels };
  const latent = { codes: Int32Array.from(codes), ...(vector && { vector: Float32Array.from(vector) }) };
  return [{ id, recipe, number, pictures, index: 0, ...latent }];
}

const toBase64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
