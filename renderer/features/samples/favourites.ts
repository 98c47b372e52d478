import { defineStore } from 'pinia';
import { computed, watch } from 'vue';
import { useDocument, useDocuments } from '@/stores/documents';
import { favouritesInBrowser, forgetFavouritesInBrowser } from './browser-favourites';
import type { Sample } from './recipe';

/** Samples that somebody liked, the newest first; kept in the workspace with their pictures, so that they outlast their run. */
export const useFavourites = defineStore('favourite-samples', () => {
  const documents = useDocuments();
  const kept = useDocument('favourites', 'favourites');
  const list = computed<readonly Sample[]>(() =>
    (kept.value.value?.samples ?? []).map(({ codes, vector, ...sample }) => ({
      ...sample,
      index: 0,
      codes: Int32Array.from(codes),
      ...(vector && { vector: Float32Array.from(vector) }),
    })),
  );
  const ids = computed(() => new Set(list.value.map(({ id }) => id)));

  function save(samples: readonly Sample[]): void {
    kept.save({ samples: samples.map(({ index: _, ...sample }) => sample) }, { title: '' });
  }

  /** Those of before the workspace kept them lie in the browser, until it has them. */
  async function moveFromBrowser(): Promise<void> {
    const found = favouritesInBrowser();
    const moved = found.filter(({ id }) => !ids.value.has(id));
    if (moved.length > 0) save([...list.value, ...moved]);
    const written = await documents.read('favourites', 'favourites').catch(() => null);
    const keptIds = new Set(written?.value.samples.map(({ id }) => id));
    if (found.every(({ id }) => keptIds.has(id))) forgetFavouritesInBrowser();
  }
  watch(kept.loaded, (isLoaded) => {
    if (isLoaded && !kept.error.value) void moveFromBrowser();
  });

  /** Keeps a sample, or forgets it. */
  function toggle(sample: Sample): void {
    if (kept.error.value)
      documents.refusal = kept.error.value; // what can't be read is not written over
    else if (kept.loaded.value)
      save(ids.value.has(sample.id) ? list.value.filter(({ id }) => id !== sample.id) : [alone(sample), ...list.value]);
  }

  return { list, toggle, has: (sample: Sample) => ids.value.has(sample.id) };
});

/** The sample with a picture of its own: that of its sheet would keep the whole sheet. */
function alone(sample: Sample): Sample {
  const {
    signal: { height, width, channels },
    data: pixels,
  } = sample.pictures;
  const size = height * width * channels;
  const own = pixels.slice(sample.index * size, (sample.index + 1) * size);
  return {
    ...sample,
    pictures: { signal: { kind: 'picture', height, width, channels }, dtype: 'u8', count: 1, data: own },
    index: 0,
  };
}
