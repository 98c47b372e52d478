import { listCheckpoints } from '../../run-files';
import type { Incidents } from '../stores';
import { judgeAbandoned } from './outcome';
import { isAtWorkElsewhere, letGoOfRun } from './ownership';
import type { RunStore } from '../stores';
import type { Training } from './training';

/**
 * Corrects a run whose status.json says that it trains or waits although no process works on it, because its
 * workbench or the machine ended without a word. It becomes interrupted and can be continued. Other runs are left
 * alone. If the folder can't be written, the correction is kept in memory.
 */
export function createRecovery(
  store: RunStore,
  training: Training,
  incidents: Incidents,
  onKept: () => void,
): (run: string) => void {
  return (run) => {
    const folder = store.folder(run);
    const isAbandoned = (): boolean =>
      ['queued', 'starting', 'running', 'paused'].includes(store.look(run)?.manifest?.status ?? '') &&
      !training.isBusy(run) &&
      !isAtWorkElsewhere(folder);
    if (!isAbandoned()) return;
    store.exclusively(() => {
      if (!isAbandoned()) return; // another workbench was faster
      const { change, incident } = judgeAbandoned(store.read(run), listCheckpoints(folder).steps.at(-1) ?? null);
      if (store.keepState(run, change)) onKept();
      letGoOfRun(folder);
      if (incident) incidents.report(incident);
    });
  };
}
