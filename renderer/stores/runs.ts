import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { isReadable, type DamagedRun, type Incident, type ListedRun, type RunSummary } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { isPrior } from '@shared/specs';
import { isUsable } from './best-model';
import { useConnection } from './connection';

/** The runs of the workspace, newest first, and the incidents nobody has dismissed; kept current by events. */
export const useRuns = defineStore('runs', () => {
  const connection = useConnection();
  const list = shallowRef<RunSummary[]>([]);
  /** Those of which nothing is known: their run.json can't be read. */
  const damaged = shallowRef<DamagedRun[]>([]);
  const incidents = shallowRef<Incident[]>([]);
  const loaded = ref(false);
  const error = shallowRef<AppError | null>(null);
  const active = computed(() => list.value.filter((run) => run.active));
  /** Runs with something to encode and decode with. */
  const autoencoders = computed(() => list.value.filter(isUsable));
  /** Runs with something to draw from. */
  const priors = computed(() =>
    list.value.filter(({ spec, checkpoints }) => checkpoints.length > 0 && isPrior(spec.model)),
  );

  const newestFirst = (a: RunSummary, b: RunSummary): number => (a.createdAt < b.createdAt ? 1 : -1);
  function put(run: RunSummary): RunSummary {
    list.value = [...list.value.filter(({ id }) => id !== run.id), run].sort(newestFirst);
    damaged.value = damaged.value.filter(({ id }) => id !== run.id);
    return run;
  }
  function putDamaged(run: DamagedRun): void {
    drop(run.id);
    damaged.value = [...damaged.value, run];
  }

  /** What is announced while a snapshot is on its way is newer than parts of it: it is done again on top of it. */
  const snapshots = new Set<(() => void)[]>();
  function announced(apply: () => void): void {
    for (const missed of snapshots) missed.push(apply);
    apply();
  }

  async function refresh(): Promise<void> {
    const missed: (() => void)[] = [];
    snapshots.add(missed);
    try {
      const [runs, open] = await Promise.all([
        connection.request('runs.list', {}),
        connection.request('runs.incidents', {}),
      ]);
      list.value = runs.filter(isReadable).sort(newestFirst);
      damaged.value = runs.filter((run): run is DamagedRun => !isReadable(run));
      incidents.value = open;
      for (const apply of missed) apply();
      error.value = null;
    } catch (thrown) {
      error.value = asAppError(thrown);
    } finally {
      snapshots.delete(missed);
      loaded.value = true;
    }
  }

  async function dismiss(incident: string): Promise<void> {
    await connection.request('runs.dismiss', { incident });
    incidents.value = incidents.value.filter(({ id }) => id !== incident);
  }

  const find = (id: string | null) => list.value.find((run) => run.id === id) ?? null;
  function drop(run: string): void {
    list.value = list.value.filter(({ id }) => id !== run);
    damaged.value = damaged.value.filter(({ id }) => id !== run);
  }
  const putListed = (run: ListedRun): unknown => (isReadable(run) ? put(run) : putDamaged(run));
  connection.on('runs.changed', (run) => announced(() => put(run)));
  connection.on('runs.damaged', (run) => announced(() => putDamaged(run)));
  connection.on('runs.removed', ({ run }) => announced(() => drop(run)));
  connection.on('runs.incident', (incident) =>
    announced(() => (incidents.value = [...incidents.value.filter(({ id }) => id !== incident.id), incident])),
  );
  connection.onOpen(() => void refresh());

  return {
    list,
    damaged,
    active,
    autoencoders,
    priors,
    incidents,
    loaded,
    error,
    refresh,
    dismiss,
    find,
    pause: async (run: string) => put(await connection.request('runs.pause', { run })),
    stop: async (run: string) => put(await connection.request('runs.stop', { run })),
    /** Goes on with a run; the workbench settles its incidents with that. */
    proceed: async (run: string, steps?: number) => {
      const summary = await connection.request('runs.continue', steps === undefined ? { run } : { run, steps });
      incidents.value = incidents.value.filter((incident) => incident.run !== run);
      return put(summary);
    },
    update: async (run: string, change: { name?: string; note?: string; tags?: string[]; starred?: boolean }) =>
      put(await connection.request('runs.update', { run, ...change })),
    remove: async (run: string) => {
      await connection.request('runs.remove', { run });
      drop(run);
    },
    restore: async (run: string) => putListed(await connection.request('runs.restore', { run })),
  };
});
