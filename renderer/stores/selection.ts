import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

/** What the person is working on, shared by all screens: choosing a run in one is choosing it in each. */
export const useSelection = defineStore('selection', () => {
  const dataset = ref<string | null>(null);
  const run = ref<string | null>(null);
  const item = shallowRef<{ dataset: string; index: number } | null>(null);
  /** The run whose panel is on the screen: it tells its own troubles. */
  const watched = ref<string | null>(null);
  return { dataset, run, item, watched };
});
