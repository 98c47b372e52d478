import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { DatasetSummary } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { useConnection } from './connection';

/** The datasets of the workspace, newest first; kept current by the workbench's events. */
export const useDatasets = defineStore('datasets', () => {
  const connection = useConnection();
  const list = shallowRef<DatasetSummary[]>([]);
  const loaded = ref(false);
  const error = shallowRef<AppError | null>(null);

  async function refresh(): Promise<void> {
    try {
      list.value = await connection.request('datasets.list', {});
      error.value = null;
    } catch (thrown) {
      error.value = asAppError(thrown);
    } finally {
      loaded.value = true;
    }
  }

  connection.on('datasets.changed', () => void refresh());
  connection.onOpen(() => void refresh());

  return {
    list,
    loaded,
    error,
    refresh,
    find: (id: string | null) => list.value.find((dataset) => dataset.id === id) ?? null,
  };
});
