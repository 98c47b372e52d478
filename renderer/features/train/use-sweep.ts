import { watchDebounced } from '@vueuse/core';
import { computed, onScopeDispose, ref, shallowRef, type Ref } from 'vue';
import { asAppError, type AppError } from '@shared/errors';
import { expandSweep, type RunSpec, type SweepSpec } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { useRuns } from '@/stores/runs';

const DEBOUNCE_MS = 400;

/** What a sweep's runs cost together; they train one after the other. */
export interface SweepCost {
  runs: number;
  steps: number;
  /** At the speed of an earlier run of the same kind on the same pictures, if there is one. */
  time: { seconds: number; like: string } | null;
}

/**
 * The runs that a sweep would make, their cost, and why they can't be made: the schema's reason at once, the workbench's once it
 * has been asked about each.
 */
export function useSweep(sweep: Ref<SweepSpec | null>) {
  const connection = useConnection();
  const runs = useRuns();
  const planned = shallowRef<{ of: SweepSpec; count: number; memoryBytes: number } | null>(null);
  const refused = shallowRef<{ of: SweepSpec; error: AppError } | null>(null);

  const expanded = computed<{ specs: RunSpec[]; error: AppError | null }>(() => {
    if (!sweep.value) return { specs: [], error: null };
    try {
      return { specs: expandSweep(sweep.value).map(({ spec }) => spec), error: null };
    } catch (thrown) {
      return { specs: [], error: asAppError(thrown) };
    }
  });
  const error = computed(
    () => expanded.value.error ?? (refused.value?.of === sweep.value ? (refused.value?.error ?? null) : null),
  );

  const cost = computed<SweepCost | null>(() => {
    const { specs } = expanded.value;
    const [first] = specs;
    if (!first) return null;
    const like = runs.list.find(
      ({ spec, latest }) =>
        spec.dataset === first.dataset && spec.model.kind === first.model.kind && (latest?.itemsPerSecond ?? 0) > 0,
    );
    const pictures = specs.reduce(
      (sum, { training }) => sum + training.steps * training.batch * training.accumulate,
      0,
    );
    return {
      runs: specs.length,
      steps: specs.reduce((sum, { training }) => sum + training.steps, 0),
      time: like?.latest ? { seconds: pictures / like.latest.itemsPerSecond, like: like.name } : null,
    };
  });
  /** The largest run's, once all have been looked at. */
  const memoryBytes = computed(() =>
    planned.value && planned.value.of === sweep.value && planned.value.count === expanded.value.specs.length
      ? planned.value.memoryBytes
      : null,
  );

  let isGone = false;
  onScopeDispose(() => (isGone = true));
  /** Asks about one run after the other, until somebody changes the sweep. */
  async function planAll(of: SweepSpec | null): Promise<void> {
    if (!of) return;
    let most = 0;
    for (const [place, spec] of expanded.value.specs.entries()) {
      try {
        most = Math.max(most, (await connection.request('runs.plan', { spec })).memoryBytes);
      } catch (thrown) {
        if (sweep.value === of && !isGone) refused.value = { of, error: asAppError(thrown) };
        return;
      }
      if (sweep.value !== of || isGone) return;
      planned.value = { of, count: place + 1, memoryBytes: most };
    }
  }
  watchDebounced(sweep, planAll, { debounce: DEBOUNCE_MS, immediate: true });

  const queueing = ref(false);
  const failure = shallowRef<AppError | null>(null);
  /** Whether they are queued: all, or none and `failure` says why. */
  async function queue(): Promise<boolean> {
    if (!sweep.value || queueing.value) return false;
    queueing.value = true;
    failure.value = null;
    try {
      await connection.request('runs.sweep', { sweep: sweep.value });
      return true;
    } catch (thrown) {
      failure.value = asAppError(thrown);
      return false;
    } finally {
      queueing.value = false;
    }
  }

  return { cost, memoryBytes, error, queue, queueing, failure };
}
