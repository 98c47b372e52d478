import { listCheckpoints } from './checkpoints';
import type { Incidents } from './incidents';
import { judgeAbandoned } from './outcome';
import { isAtWorkElsewhere, letGoOfRun } from './ownership';
import type { RunStore } from './run-store';
import type { Training } from './training';

/**
 * Mends a run whose run.json says that it trains or waits although nobody works on it: its workbench or the machine ended
 * without a word. It becomes interrupted and can be continued. Does nothing to any other run.
 */
export function createRecovery(store: RunStore, training: Training, incidents: Incidents): (run: string) => void {
  return (run) => {
    const manifest = store.read(run);
    const claimsToTrain = ['queued', 'starting', 'running', 'paused'].includes(manifest.status);
    if (!claimsToTrain || training.isBusy(run) || isAtWorkElsewhere(store.folder(run))) return;
    const { change, incident } = judgeAbandoned(manifest, listCheckpoints(store.folder(run)).steps.at(-1) ?? null);
    store.update(run, () => change);
    letGoOfRun(store.folder(run));
    if (incident) incidents.report(incident);
  };
}
