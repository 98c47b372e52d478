import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { ProgressReport, Restored } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { uploadFiles } from '@/components/upload';
import { useConnection } from '@/stores/connection';

/** The compressed file that was opened last: its pictures, or why it can't be opened. */
export const useRestored = defineStore('restored-file', () => {
  const connection = useConnection();
  /** A command asked for a file; the screen opens the chooser. */
  const isWanted = ref(false);
  const name = ref('');
  const found = shallowRef<Restored | null>(null);
  const progress = shallowRef<ProgressReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  const busy = ref(false);
  let controller = new AbortController();

  /** Opens a file that the page has, or that the desktop granted. */
  async function open(file: File | { grant: string; name: string }): Promise<void> {
    controller.abort();
    const mine = (controller = new AbortController());
    const { signal } = mine;
    busy.value = true;
    name.value = file.name;
    found.value = null;
    progress.value = null;
    error.value = null;
    let uploaded: string | null = null;
    try {
      const chosen = file instanceof File ? [{ path: file.name, file }] : [];
      if (file instanceof File)
        uploaded = await uploadFiles(connection, chosen, { signal, onProgress: () => undefined });
      const grant = 'grant' in file ? file.grant : uploaded!;
      const answer = await connection.request(
        'compression.restore',
        { grant },
        { signal, onProgress: (report) => (progress.value = report) },
      );
      if (mine === controller) found.value = answer;
    } catch (thrown) {
      const failure = asAppError(thrown);
      if (mine === controller && !signal.aborted && failure.code !== 'CANCELLED') error.value = failure;
    } finally {
      if (uploaded !== null) void connection.request('files.release', { grant: uploaded }).catch(() => undefined);
      if (mine === controller) busy.value = false;
    }
  }

  function close(): void {
    controller.abort();
    found.value = null;
    error.value = null;
  }

  return { isWanted, name, found, progress, error, busy, open, close, cancel: () => controller.abort() };
});
