import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { DoctorReport, EngineStatus } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { useConnection } from './connection';

/** The state of the engine processes, and what the doctor says of this machine. */
export const useEngine = defineStore('engine', () => {
  const connection = useConnection();
  const processes = shallowRef<EngineStatus[]>([]);
  const report = shallowRef<DoctorReport | null>(null);
  const error = shallowRef<AppError | null>(null);
  /**
   * The worst there is to show: nothing is known without a connection; something to mend, something that failed, something
   * at work, or all quiet.
   */
  const health = computed(() => {
    if (connection.state === 'lost') return 'lost';
    if (connection.state === 'connecting') return 'starting';
    if (report.value?.ok === false) return 'problem';
    if (processes.value.some(({ state }) => state === 'failed')) return 'failed';
    if (processes.value.some(({ state }) => state === 'starting' || state === 'restarting')) return 'starting';
    return 'ready';
  });

  async function examine(): Promise<void> {
    try {
      report.value = await connection.request('engine.doctor', {});
      error.value = null;
    } catch (thrown) {
      error.value = asAppError(thrown);
    }
  }

  connection.on('engine.status', (status) => {
    const others = processes.value.filter(({ role, run }) => role !== status.role || run !== status.run);
    processes.value = [...others, status];
  });
  connection.onOpen(() => {
    void connection.request('engine.status', {}).then(
      (list) => (processes.value = list),
      () => undefined,
    );
    void examine();
  });

  return { processes, report, error, health, examine };
});
