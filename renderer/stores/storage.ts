import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { StorageState } from '@shared/contract';
import { useConnection } from './connection';

/** Whether the workspace's folder can be written to; null until it is known. */
export const useStorage = defineStore('storage', () => {
  const connection = useConnection();
  const state = shallowRef<StorageState | null>(null);
  connection.on('app.storage', (now) => (state.value = now));
  connection.onOpen(() => {
    void connection.request('app.storage', {}).then(
      (now) => (state.value = now),
      () => undefined,
    );
  });
  return { state };
});
