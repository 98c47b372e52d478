import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { RunSummary } from '@shared/contract';
import { doubtsAbout } from '@shared/diagnosis';
import { isPrior } from '@shared/specs';
import { bestOf, settledOn } from './best-model';
import { useDocument } from './documents';
import { useRuns } from './runs';

/**
 * The one model that every screen shows: what the person chose, an autoencoder or a prior (which brings its autoencoder), or, while
 * nobody has chosen or the choice is gone, the best of the workspace (`bestOf`).
 */
export const useCurrentModel = defineStore('current-model', () => {
  const runs = useRuns();
  const kept = useDocument('current-model', 'current');
  /** The person's choice: the id of an autoencoder's or a prior's run. */
  const chosen = computed(() => kept.value.value?.run ?? null);
  /** What is current while there is no choice. */
  const settled = ref<string | null>(null);
  /** The last choice that vanished: it is current again if its run comes back. */
  const lost = ref<string | null>(null);
  /** The model that was current until its run went, and the one that is now; until somebody has been told. */
  const fallen = shallowRef<{ from: RunSummary; to: RunSummary | null } | null>(null);

  const isThere = (id: string | null): boolean => (runs.find(id)?.checkpoints.length ?? 0) > 0;
  /** The autoencoder that a run is, or whose latents it learns; null where that is gone. */
  const autoencoderOf = (id: string | null): RunSummary | null => {
    const wanted = runs.find(id)?.codes?.run ?? id;
    return runs.autoencoders.find((run) => run.id === wanted) ?? null;
  };
  const priorsOf = (run: string | null): RunSummary[] => runs.priors.filter(({ codes }) => codes?.run === run);

  /** Null until the choice has been read: another model shown meanwhile would be opened for nothing. */
  const model = computed(() =>
    kept.loaded.value ? (autoencoderOf(chosen.value) ?? autoencoderOf(settled.value)) : null,
  );
  /** The prior that was chosen, else the best over the latents of the current model; null where it has none. */
  const prior = computed(() => {
    const own = runs.priors.find(({ id }) => id === chosen.value);
    return own ?? bestOf(priorsOf(model.value?.id ?? null));
  });

  function keep(run: string | null): void {
    if (run !== null) lost.value = null;
    kept.save({ run }, { title: runs.find(run)?.name ?? '' });
  }
  function settle(): void {
    if (!runs.loaded || runs.error || !kept.loaded.value) return;
    const before = chosen.value;
    if (before !== null && !isThere(before)) {
      [lost.value, settled.value] = [before, null];
      keep(null);
    } else if (before === null && lost.value !== null && isThere(lost.value)) {
      keep(lost.value);
    }
    settled.value = settledOn(runs.autoencoders, settled.value)?.id ?? null;
  }
  watch([() => runs.list, () => runs.loaded, kept.loaded, chosen], settle, { immediate: true, flush: 'sync' });
  watch(
    model,
    (to, from) => {
      const isGone = from !== null && from !== undefined && !runs.find(from.id);
      if (isGone) fallen.value = { from, to };
      else if (to && to.id === fallen.value?.from.id) fallen.value = null;
    },
    { flush: 'post' },
  );

  return {
    chosen,
    model,
    prior,
    fallen,
    priorsOf,
    /** Whether choosing this run would change something that can be chosen. */
    canChoose: (run: RunSummary): boolean =>
      run.checkpoints.length > 0 && run.id !== (isPrior(run.spec.model) ? prior.value?.id : model.value?.id),
    /** Makes a run the current one: an autoencoder, or a prior with its autoencoder. */
    choose: (run: string): void => keep(run),
    /** The best other model that nothing speaks against; null where there is none. */
    bestBeside: (run: string): RunSummary | null =>
      bestOf(runs.autoencoders.filter((one) => one.id !== run && doubtsAbout(one).length === 0)),
  };
});
