import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import type { Items } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { useConnection } from '@/stores/connection';
import { latestOnly } from '@/components/latest';

/** Pictures of a step kept so that scrubbing back and forth asks for each once. */
const KEPT = 200;

/**
 * The same few items as a run reconstructed them over its steps, or what a prior drew with the same seed. The newest step is followed until somebody chooses an
 * earlier one, and again when they come back to the end.
 */
export function usePreviews(run: Ref<string | null>) {
  const connection = useConnection();
  const steps = shallowRef<readonly number[]>([]);
  const originals = shallowRef<Items | null>(null);
  const shown = shallowRef<{ step: number; pictures: Items } | null>(null);
  const position = ref(0);
  const error = shallowRef<AppError | null>(null);
  const loading = ref(false);
  const kept = new Map<number, Items>();
  const step = computed(() => steps.value[position.value] ?? null);
  const following = computed(() => position.value === steps.value.length - 1);

  const fetcher = latestOnly(async ({ of, at }: { of: string; at: number }) => {
    try {
      const pictures = kept.get(at) ?? (await connection.request('runs.preview', { run: of, step: at }));
      if (of !== run.value) return;
      kept.set(at, pictures);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
      shown.value = { step: at, pictures };
      error.value = null;
    } catch (thrown) {
      if (of === run.value) error.value = asAppError(thrown);
    }
  });

  async function load(): Promise<void> {
    const of = run.value;
    kept.clear();
    steps.value = [];
    originals.value = null;
    shown.value = null;
    position.value = 0;
    error.value = null;
    if (of === null) return;
    loading.value = true;
    try {
      const answer = await connection.request('runs.previews', { run: of });
      if (of !== run.value) return;
      originals.value = answer.originals;
      steps.value = mergeSteps(answer.steps, steps.value);
      position.value = Math.max(0, steps.value.length - 1);
    } catch (thrown) {
      if (of === run.value) error.value = asAppError(thrown);
    } finally {
      if (of === run.value) loading.value = false;
    }
  }

  const stopListening = connection.on('runs.preview', ({ run: of, step: at }) => {
    if (of !== run.value) return;
    if (steps.value.length === 0 && !loading.value) return void load();
    const followed = following.value;
    const atStep = step.value;
    kept.delete(at);
    steps.value = mergeSteps(
      steps.value.filter((known) => known <= at),
      [at],
    );
    position.value = followed ? steps.value.length - 1 : Math.max(0, steps.value.indexOf(atStep ?? at));
  });

  onScopeDispose(stopListening);

  watch(run, load, { immediate: true });
  watch([run, step], ([of, at]) => {
    if (of !== null && at !== null) fetcher.push({ of, at });
  });

  return { steps, originals, shown, position, step, following, loading, error, load };
}

/** Two ascending lists of steps as one. */
function mergeSteps(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}
