import { ref, shallowRef } from 'vue';
import { asAppError, type AppError } from '@shared/errors';
import { useRuns } from '@/stores/runs';

export type RunAction = 'pause' | 'continue' | 'stop';

/** Pauses, continues and stops a run, one thing at a time; a refusal is kept to be shown. */
export function useRunControl(run: () => string) {
  const runs = useRuns();
  const busy = ref<RunAction | null>(null);
  const error = shallowRef<AppError | null>(null);
  const actions = { pause: runs.pause, continue: runs.proceed, stop: runs.stop };

  async function act(action: RunAction): Promise<void> {
    if (busy.value) return;
    busy.value = action;
    error.value = null;
    try {
      await actions[action](run());
    } catch (thrown) {
      error.value = asAppError(thrown);
    } finally {
      busy.value = null;
    }
  }
  return { busy, error, act };
}
export type RunControl = ReturnType<typeof useRunControl>;
