import { watchDebounced } from '@vueuse/core';
import { onScopeDispose, ref, shallowRef, type Ref } from 'vue';
import type { CodeDetail } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { useConnection } from '@/stores/connection';
import type { OpenCodebook } from './use-codebook';

/** A held arrow key passes over codes faster than they are worth asking for. */
const DEBOUNCE_MS = 120;
const PATCHES = 48;

/** What the workbench knows of one code; asked a moment after it was chosen, and no longer when another one is. */
export function useCodeDetail(open: Ref<OpenCodebook>, code: Ref<number>) {
  const connection = useConnection();
  const detail = shallowRef<CodeDetail | null>(null);
  const error = shallowRef<AppError | null>(null);
  const loading = ref(false);
  let current: AbortController | null = null;

  async function load(): Promise<void> {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    const { model, layer, split } = open.value;
    loading.value = true;
    error.value = null;
    try {
      const request = { run: model.run, checkpoint: model.step, layer, split, code: code.value, limit: PATCHES };
      const answer = await connection.request('studio.code', request, { signal: mine.signal });
      if (current === mine) detail.value = answer;
    } catch (thrown) {
      if (current !== mine) return;
      detail.value = null;
      error.value = asAppError(thrown);
    } finally {
      if (current === mine) loading.value = false;
    }
  }

  onScopeDispose(() => current?.abort());
  watchDebounced([open, code], load, { debounce: DEBOUNCE_MS, immediate: true });
  return { detail, error, loading, load };
}
