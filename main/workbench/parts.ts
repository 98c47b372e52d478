import path from 'node:path';
import { libraryContract, studioContract, type EngineStatus } from '@shared/contract';
import { asAppError } from '@shared/errors';
import { coalesce } from '@shared/wire';
import { createBin } from './bin';
import { openCatalogue } from './catalogue';
import { createCompare, type Compare } from './compare';
import { createCompression, type Compression } from './compression';
import { createDatasets } from './datasets';
import { createDocuments, keepResult } from './documents';
import {
  createLauncher,
  createLog,
  createSupervisor,
  guardedClock,
  type Clock,
  type EngineCommand,
  type EnginePolicy,
  type Launch,
  type Supervisor,
} from './engine';
import { createEvents, type Events } from './events';
import { createExports } from './exports';
import {
  createProvenance,
  createRecentRows,
  createRecovery,
  createRuns,
  createRunTimes,
  createSummaries,
  createTraining,
  watchNeighbours,
  type Training,
} from './runs';
import {
  createDatasetStore,
  createIncidents,
  createRunStore,
  damagedCheckpoint,
  damagedDataset,
  type Incidents,
} from './stores';
import { createModels } from './studio';
import { createStaging, createStorage, type WorkspacePaths } from './workspace';
import { makeFolder } from '../files';

/** Summaries of a run in training are sent at most twice a second; a new status at once. */
const SUMMARY_INTERVAL_MS = 500;
/** Datasets are verified this long after opening, when the person has seen what they came for. */
const VERIFY_AFTER_MS = 60_000;

export interface PartsOptions {
  paths: WorkspacePaths;
  engine: EngineCommand;
  clock: Clock;
  policy: EnginePolicy;
  atOnce: number;
  /** As in WorkbenchOptions: a command asks the studio process little, and needn't keep it. */
  hosting: boolean;
  warn(message: string): void;
}

/** Every part of the workbench: see `createParts`. */
export type Parts = ReturnType<typeof createParts>;

/**
 * Makes the parts in order of what they know: stores (the workspace's folders) < engine processes < models (asks about checkpoints) < training <
 * datasets and runs < what is measured of them. A part is given only parts made before it, which the lint holds. Nothing is started but the
 * indexing of new dataset folders.
 */
export function createParts({ clock: givenClock, ...options }: PartsOptions) {
  const { paths, warn, policy, atOnce } = options;
  for (const folder of [paths.datasets, paths.runs, paths.exports, paths.trash, paths.staging, paths.logs])
    tryToMake(folder, warn);
  const clock = guardedClock(givenClock, (error) => warn(`A timer failed: ${asAppError(error).message}`));
  const events = createEvents(warn);
  const storage = createStorage({
    root: paths.root,
    clock,
    onChanged: (state) => {
      warn(state.state === 'writable' ? `The workspace can be written to again.` : state.message);
      events.emit('app.storage', state);
    },
  });
  const datasetChanged = (dataset: string): void => events.emit('datasets.changed', { dataset });
  const checkpointWritten = (run: string, step: number): void => events.emit('studio.updated', { run, step });

  const staging = createStaging(paths.staging);
  const bin = createBin(paths.trash, () => events.emit('bin.changed', {}));
  const catalogue = openCatalogue(paths.catalogue);
  const runStore = createRunStore(paths.runs, staging, catalogue);
  const datasetStore = createDatasetStore({ root: paths.datasets, catalogue, onAdded: datasetChanged, warn });
  const incidents = createIncidents(events, runStore);
  const documents = createDocuments(paths.documents, events);

  const launch = createLauncher(options.engine);
  const { library, studioProcess, measurer } = superviseEngine({ ...options, clock, launch, events, incidents });

  const models = createModels({
    supervisor: studioProcess,
    datasets: datasetStore,
    runs: runStore,
    onDamaged: (run, checkpoint) => {
      const isKnown = incidents
        .list()
        .some((one) => one.kind === 'damaged' && one.run === run && one.atStep === checkpoint.step);
      if (!isKnown) incidents.report(damagedCheckpoint('studio', run, checkpoint));
    },
  });

  const recent = createRecentRows();
  const training = createTraining({
    store: runStore,
    datasetFolder: datasetStore.folder,
    launch,
    clock,
    policy,
    incidents,
    atOnce,
    onMetrics: (run, metrics) => {
      recent.add(run, metrics);
      events.emit('runs.metrics', { run, metrics });
    },
    onCheckpoint: checkpointWritten,
    onPreview: (run, step) => events.emit('runs.preview', { run, step }),
    onKept: storage.suspect,
    warn,
  });
  const times = createRunTimes({
    groundOf: models.groundOf,
    measure: (request, signal) => measurer.request('studio.pace', request, { signal }),
    training: () => training.trainers().length,
  });

  const datasets = createDatasets({
    store: datasetStore,
    paths,
    catalogue,
    library,
    bin,
    staging,
    storage,
    events,
    warn,
    isInUse: training.userOf,
    onDamaged: (name, found) => incidents.report(damagedDataset(name, found)),
  });
  const runs = createRuns({
    store: runStore,
    training,
    summary: createSummaries({
      store: runStore,
      training,
      heldOut: (dataset) => catalogue.get(dataset)?.manifest.splits.test ?? 0,
    }),
    recover: createRecovery(runStore, training, incidents, storage.suspect),
    datasets,
    models,
    recent,
    bin,
    storage,
    events,
    warn,
  });
  const provenance = createProvenance({ runs: runStore, datasets: datasetStore });
  const exports = createExports({ root: paths.exports, models, staging });
  const measured = { models, runs, datasets, exports };
  const compareRuns = createCompare({ ...measured, provenance });
  const compare: Compare = async (...asked) => keepResult(documents, 'comparison', await compareRuns(...asked));
  const { measure, restore } = createCompression({ ...measured, engine: studioProcess });
  const compression: Compression = {
    restore,
    measure: async (...asked) => keepResult(documents, 'compression', await measure(...asked)),
  };

  const soon = coalesce<string>((changed) => new Set(changed).forEach(runs.announce), SUMMARY_INTERVAL_MS);
  training.subscribe((run, urgency) => {
    if (urgency === 'soon') return soon.push(run);
    runs.announce(run);
    if (!training.isBusy(run)) recent.forget(run);
    events.emit('engine.status', trainerStatus(training, run));
  });
  storage.retry((isWritable) => {
    for (const run of runStore.writeKept()) runs.announce(run);
    if (isWritable && catalogue.inMemory)
      datasetStore.rebuild().catch((error: unknown) => warn(asAppError(error).message));
    return runStore.kept().length > 0;
  });

  const endings: (() => void)[] = [storage.close, soon.stop];
  const verifyAll = async (): Promise<void> => datasets.verifySoon((await datasets.list()).map(({ id }) => id));
  return {
    storage,
    events,
    incidents,
    staging,
    bin,
    catalogue,
    runStore,
    datasetStore,
    library,
    studioProcess,
    models,
    times,
    datasets,
    training,
    runs,
    provenance,
    documents,
    exports,
    compare,
    compression,
    engineStatus: (): EngineStatus[] => [
      library.status(),
      studioProcess.status(),
      ...training.trainers().map(({ run }) => trainerStatus(training, run)),
    ],
    /** Starts announcing what other processes do in this workspace, while `isWatched` holds. */
    watch: (isWatched: () => boolean): void => {
      storage.watch();
      endings.push(
        clock.after(VERIFY_AFTER_MS, () => {
          verifyAll().catch((error: unknown) => warn(`The datasets could not be listed: ${asAppError(error).message}`));
        }),
        watchNeighbours({
          store: runStore,
          training,
          catalogue,
          clock,
          isWatched,
          onChanged: runs.announce,
          onCheckpoint: checkpointWritten,
          onDataset: datasetChanged,
        }),
      );
    },
    /** Ends the supervised processes; trainers end with `training`. */
    stopEngine: (): Promise<unknown> => Promise.all([library.stop(), studioProcess.stop(), measurer.stop()]),
    /** Cancels announcements that are still due. */
    quiet: (): void => endings.forEach((end) => end()),
  };
}

interface EngineParts extends PartsOptions {
  launch: Launch;
  events: Events;
  incidents: Incidents;
}

/** The processes that outlive a run: each starts on its first request, and again after it was lost. */
function superviseEngine({ paths, policy, hosting, events, incidents, clock, launch }: EngineParts) {
  const supervise = <C extends typeof libraryContract | typeof studioContract>(
    role: 'library' | 'studio',
    contract: C,
  ): Supervisor<C> =>
    createSupervisor({
      role,
      contract,
      launch,
      clock,
      policy,
      openLog: () => createLog(path.join(paths.logs, `${role}.log`)),
      idleAfter: role === 'library' || !hosting ? policy.libraryIdle : null,
      onStatus: (status) => events.emit('engine.status', status),
      onLost: ({ description }, logTail) => {
        const message = `The ${role} process ${description}.`;
        const hint =
          'It starts again by itself, and nothing is lost; what it was working on has to be asked for again.';
        incidents.report({ kind: 'lost', role, run: null, message, hint, step: null, atStep: null, logTail });
      },
    });
  return {
    library: supervise('library', libraryContract),
    studioProcess: supervise('studio', studioContract),
    /**
     * Measures planned configurations in a process of its own, so that nothing waits for it and nothing is lost with
     * it.
     */
    measurer: createSupervisor({
      role: 'studio',
      contract: studioContract,
      launch,
      clock,
      policy,
      openLog: () => createLog(path.join(paths.logs, 'measurer.log')),
      idleAfter: policy.libraryIdle,
      onStatus: () => undefined,
      onLost: () => undefined, // the caller gets the error, and no work of the person's is lost
    }),
  };
}

function trainerStatus(training: Pick<Training, 'trainers'>, run: string): EngineStatus {
  const trainer = training.trainers().find((candidate) => candidate.run === run);
  const state = !trainer ? 'stopped' : trainer.status === 'starting' ? 'starting' : 'ready';
  return { role: 'trainer', run, state, pid: trainer?.pid ?? null, restarts: 0 };
}

/** Makes a folder if it can: a workspace that can't be written to opens as well, without that folder. */
function tryToMake(folder: string, warn: (message: string) => void): void {
  try {
    makeFolder(folder);
  } catch (error) {
    warn(`${folder} could not be made: ${asAppError(error).message}`);
  }
}
