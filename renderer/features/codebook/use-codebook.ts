import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import type { CheckpointChoice, Codebook, ModelInfo, Pictures, ProgressReport } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import type { Split } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import type { UsageHistory } from './history';

/** Which codebook is looked at, over which items. */
export interface CodebookChoice {
  run: string;
  checkpoint: CheckpointChoice;
  split: Split;
}
/** A codebook with everything the screen shows of it at once. */
export interface OpenCodebook {
  model: ModelInfo;
  split: Split;
  codebook: Codebook;
  /** What each code decodes to. */
  tiles: Pictures;
  /** Null where the run was never evaluated. */
  history: UsageHistory | null;
}

/**
 * Opens a checkpoint's codebook: the model first, so that all that follows is of the same step though the run trains on;
 * then tiles, use over the split (with progress; another choice or `cancel` stops it) and use over training.
 */
export function useCodebook(choice: Ref<CodebookChoice | null>) {
  const connection = useConnection();
  const open = shallowRef<OpenCodebook | null>(null);
  const progress = shallowRef<ProgressReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  const loading = ref(false);
  /** Step of a checkpoint newer than the one shown. */
  const newer = ref<number | null>(null);
  let current: AbortController | null = null;

  async function load(): Promise<void> {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    const { signal } = mine;
    progress.value = null;
    error.value = null;
    newer.value = null;
    if (open.value?.model.run !== choice.value?.run) open.value = null;
    if (choice.value === null) return;
    const { run, checkpoint, split } = choice.value;
    loading.value = true;
    try {
      const model = await connection.request('studio.open', { run, checkpoint }, { signal });
      const same = { run, checkpoint: model.step };
      const onProgress = (report: ProgressReport): void => {
        if (current === mine) progress.value = report;
      };
      const [{ tiles }, codebook, history] = await Promise.all([
        connection.request('studio.palette', same, { signal }),
        connection.request('studio.codebook', { ...same, split }, { signal, onProgress }),
        connection.request('runs.usage', { run }, { signal }),
      ]);
      if (current === mine)
        open.value = { model, split, codebook, tiles, history: history.steps.length > 0 ? history : null };
    } catch (thrown) {
      if (current === mine) error.value = asAppError(thrown);
    } finally {
      if (current === mine) loading.value = false;
    }
  }

  onScopeDispose(
    connection.on('studio.updated', ({ run, step }) => {
      if (run === open.value?.model.run && step > open.value.model.step && choice.value?.checkpoint === 'latest')
        newer.value = step;
    }),
  );
  onScopeDispose(() => current?.abort());
  watch(choice, load, { immediate: true });
  return { open, progress, error, loading, newer, load, cancel: () => current?.abort() };
}
