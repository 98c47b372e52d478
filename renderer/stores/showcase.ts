import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import type { PictureSource, RunSummary, Showcase } from '@shared/contract';
import { useConnection } from './connection';

/**
 * With which held-out item a model is shown until somebody chooses another: one whose reconstruction is good, and that is no even
 * surface. Asked of the engine once for each checkpoint.
 */
export const useShowcase = defineStore('showcase', () => {
  const connection = useConnection();
  const found = shallowReactive(new Map<string, Showcase | null>());
  const coming = new Map<string, Promise<Showcase | null>>();
  const keyOf = ({ id, checkpoints }: RunSummary): string => `${id} ${checkpoints.at(-1) ?? ''}`;

  /** Null where there is none: the dataset is gone, or the engine can't say. */
  function ask(run: RunSummary): Promise<Showcase | null> {
    const key = keyOf(run);
    const asked =
      coming.get(key) ??
      connection.request('studio.showcase', { run: run.id, checkpoint: 'latest' }).catch(() => {
        coming.delete(key); // whoever opens the model again may have better luck
        return null;
      });
    coming.set(key, asked);
    void asked.then((answer) => found.set(key, answer));
    return asked;
  }
  const itemIn = (run: RunSummary, showcase: Showcase | null): PictureSource => ({
    kind: 'item',
    dataset: run.spec.dataset,
    index: showcase?.items[0]?.index ?? 0,
  });

  return {
    ask,
    itemIn,
    /** The item to begin with; null while the engine looks for it: reactive. */
    itemOf(run: RunSummary): PictureSource | null {
      const known = found.get(keyOf(run));
      if (known === undefined) void ask(run);
      return known === undefined ? null : itemIn(run, known);
    },
  };
});
