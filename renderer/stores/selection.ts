import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

/** What screens hand each other for a moment; the model that all of them show is `useCurrentModel`. */
export const useSelection = defineStore('selection', () => {
  const item = shallowRef<{ dataset: string; index: number } | null>(null);
  /** The run whose training somebody chose to watch, and the one whose panel is on the screen: that tells its own troubles. */
  const watching = ref<string | null>(null);
  const watched = ref<string | null>(null);
  return { item, watching, watched };
});
