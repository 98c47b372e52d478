import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { BinEntry } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { useConnection } from './connection';

/** Removed datasets and runs, newest first; kept current by the workbench's events. */
export const useBin = defineStore('bin', () => {
  const connection = useConnection();
  const entries = shallowRef<BinEntry[]>([]);
  const error = shallowRef<AppError | null>(null);

  async function refresh(): Promise<void> {
    try {
      entries.value = await connection.request('bin.list', {});
      error.value = null;
    } catch (thrown) {
      error.value = asAppError(thrown);
    }
  }

  connection.on('bin.changed', () => void refresh());
  connection.onOpen(() => void refresh());

  return {
    entries,
    error,
    refresh,
    restore: (key: string) => connection.request('bin.restore', { key }),
    /** Deletes for good: one entry, or all of them. */
    empty: (key?: string) => connection.request('bin.empty', key === undefined ? {} : { key }),
  };
});
