import path from 'node:path';
import { libraryContract, studioContract, type EngineStatus } from '@shared/contract';
import { asAppError } from '@shared/errors';
import { coalesce } from '@shared/wire';
import { createBin, type Bin } from './bin';
import { openCatalogue, type Catalogue } from './catalogue';
import { createCompare, type Compare } from './compare';
import { createCompression, type Compression } from './compression';
import { createDatasets, type Datasets } from './datasets';
import { createDocuments, keepResult, type Documents } from './documents';
import {
  createLauncher,
  createLog,
  createSupervisor,
  guardedClock,
  type Clock,
  type EngineCommand,
  type EnginePolicy,
  type Supervisor,
} from './engine';
import { createEvents, type Events } from './events';
import { createExports, type Exports } from './exports';
import {
  createIncidents,
  createProvenance,
  createRuns,
  createRunStore,
  createRunTimes,
  createTraining,
  type Incidents,
  type ProvenanceReader,
  type Runs,
  type RunTimes,
  type Training,
} from './runs';
import { damagedCheckpoint, damagedDataset } from './runs/incidents';
import { watchNeighbours } from './runs/neighbours';
import { createRecentRows } from './runs/recent-rows';
import { createRecovery } from './runs/recovery';
import { createSummaries } from './runs/summary';
import { createStudio, type Studio } from './studio';
import { createStaging, createStorage, type Staging, type Storage, type WorkspacePaths } from './workspace';
import { makeFolder } from '../files';

/** Summaries of a run in training are sent at most twice a second; a new status at once. */
const SUMMARY_INTERVAL_MS = 500;

export interface Parts {
  storage: Storage;
  events: Events;
  incidents: Incidents;
  staging: Staging;
  bin: Bin;
  catalogue: Catalogue;
  library: Supervisor<typeof libraryContract>;
  studioProcess: Supervisor<typeof studioContract>;
  /** Measures what is planned; a process of its own, so that nothing waits for it and nothing is lost with it. */
  measurer: Supervisor<typeof studioContract>;
  datasets: Datasets;
  training: Training;
  runs: Runs;
  provenance: ProvenanceReader;
  studio: Studio;
  times: RunTimes;
  documents: Documents;
  exports: Exports;
  compare: Compare;
  compression: Compression;
  engineStatus(): EngineStatus[];
  /** Begins to tell what other processes do in this workspace, as long as `isWatched`. */
  watch(isWatched: () => boolean): void;
  /** Calls off what was still to be announced. */
  quiet(): void;
}

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

/** Datasets are verified once whoever opened the workbench has what they came for. */
const VERIFY_AFTER_MS = 60_000;

/** Every part of the workbench, wired to the others. Nothing is started but the indexing of new dataset folders. */
export function createParts({ paths, engine, clock: givenClock, policy, atOnce, hosting, warn }: PartsOptions): Parts {
  for (const folder of [paths.datasets, paths.runs, paths.exports, paths.trash, paths.staging, paths.logs])
    tryToMake(folder, warn);
  const clock = guardedClock(givenClock, (error) => warn(`A timer failed: ${asAppError(error).message}`));
  const events = createEvents(warn);
  const staging = createStaging(paths.staging);
  const bin = createBin(paths.trash, () => events.emit('bin.changed', {}));
  const catalogue = openCatalogue(paths.catalogue);
  const store = createRunStore(paths.runs, staging, catalogue);
  const incidents = createIncidents(events, store);
  const storage = createStorage({
    root: paths.root,
    clock,
    onChanged: (state) => {
      warn(state.state === 'writable' ? `The workspace can be written to again.` : state.message);
      events.emit('app.storage', state);
    },
    retry: (isWritable) => {
      for (const run of store.writeKept()) announce(run);
      if (isWritable && catalogue.inMemory)
        datasets.rebuild().catch((error: unknown) => warn(asAppError(error).message));
      return store.kept().length > 0;
    },
  });
  const launch = createLauncher(engine);

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
        const hint =
          'It starts again by itself, and nothing is lost; what it was working on has to be asked for again.';
        incidents.report({
          kind: 'lost',
          role,
          run: null,
          message: `The ${role} process ${description}.`,
          hint,
          step: null,
          atStep: null,
          logTail,
        });
      },
    });
  const library = supervise('library', libraryContract);
  const studioProcess = supervise('studio', studioContract);
  const measurer = createSupervisor({
    role: 'studio',
    contract: studioContract,
    launch,
    clock,
    policy,
    openLog: () => createLog(path.join(paths.logs, 'measurer.log')),
    idleAfter: policy.libraryIdle,
    onStatus: () => undefined,
    onLost: () => undefined, // whoever asked is told, and it is no work of the person's
  });

  const datasets = createDatasets({
    paths,
    catalogue,
    library,
    bin,
    staging,
    storage,
    events,
    warn,
    isInUse: (dataset) => runs.userOf(dataset),
    onDamaged: (name, found) => incidents.report(damagedDataset(name, found)),
  });

  let endWatch = (): void => undefined;
  let endVerifying = (): void => undefined;
  const announce = (run: string): void => runs.announce(run);
  const soon = coalesce<string>((changed) => new Set(changed).forEach(announce), SUMMARY_INTERVAL_MS);
  const trainerStatus = ({ run, pid, status }: ReturnType<Training['trainers']>[number]): EngineStatus => ({
    role: 'trainer',
    run,
    state: status === 'starting' ? 'starting' : 'ready',
    pid,
    restarts: 0,
  });
  const recent = createRecentRows();
  const training = createTraining({
    store,
    datasetFolder: datasets.folder,
    launch,
    clock,
    policy,
    incidents,
    atOnce,
    onChanged: (run, urgency) => {
      if (urgency === 'soon') return soon.push(run);
      announce(run);
      if (!training.isBusy(run)) recent.forget(run);
      const trainer = training.trainers().find((candidate) => candidate.run === run);
      events.emit(
        'engine.status',
        trainer ? trainerStatus(trainer) : { role: 'trainer', run, state: 'stopped', pid: null, restarts: 0 },
      );
    },
    onMetrics: (run, metrics) => {
      recent.add(run, metrics);
      events.emit('runs.metrics', { run, metrics });
    },
    onCheckpoint: (run, step) => events.emit('studio.updated', { run, step }),
    onPreview: (run, step) => events.emit('runs.preview', { run, step }),
    onKept: storage.suspect,
    warn,
  });
  const summary = createSummaries({
    store,
    training,
    heldOut: (dataset) => catalogue.get(dataset)?.manifest.splits.test ?? 0,
  });
  const recover = createRecovery(store, training, incidents, storage.suspect);
  const runs: Runs = createRuns({
    store,
    training,
    summary,
    recover,
    dataset: datasets.get,
    check: async (spec) => void (await studio.plan(spec)),
    codesOf: (from) => studio.codesOf(from),
    onStart: (dataset) => datasets.verifySoon([dataset]),
    recent,
    bin,
    storage,
    events,
    warn,
  });
  const studio = createStudio({
    supervisor: studioProcess,
    datasets,
    runFolder: runs.folder,
    manifestOf: store.read,
    onDamaged: (run, checkpoint) => {
      const isKnown = incidents
        .list()
        .some((one) => one.kind === 'damaged' && one.run === run && one.atStep === checkpoint.step);
      if (!isKnown) incidents.report(damagedCheckpoint('studio', run, checkpoint));
    },
  });

  const documents = createDocuments(paths.documents, events);
  const provenance = createProvenance({ runFolder: runs.folder, manifestOf: store.read, datasets });
  const exports = createExports({ root: paths.exports, studio, staging });

  const compare = createCompare({ studio, runs, provenance, datasets, exports });
  const compression = createCompression({ studio, engine: studioProcess, runs, datasets, exports });

  return {
    storage,
    events,
    incidents,
    staging,
    bin,
    catalogue,
    library,
    studioProcess,
    measurer,
    times: createRunTimes({
      groundOf: studio.groundOf,
      measure: (request, signal) => measurer.request('studio.pace', request, { signal }),
      training: () => training.trainers().length,
    }),
    datasets,
    training,
    runs,
    provenance,
    studio,
    documents,
    exports,
    compare: async (...asked) => keepResult(documents, 'comparison', await compare(...asked)),
    compression: {
      ...compression,
      measure: async (...asked) => keepResult(documents, 'compression', await compression.measure(...asked)),
    },
    engineStatus: () => [library.status(), studioProcess.status(), ...training.trainers().map(trainerStatus)],
    watch: (isWatched) => {
      storage.watch();
      const onCheckpoint = (run: string, step: number): void => events.emit('studio.updated', { run, step });
      endVerifying = clock.after(VERIFY_AFTER_MS, () => {
        const verifyAll = async (): Promise<void> => datasets.verifySoon((await datasets.list()).map(({ id }) => id));
        verifyAll().catch((error: unknown) => warn(`The datasets could not be listed: ${asAppError(error).message}`));
      });
      const onDataset = (dataset: string): void => events.emit('datasets.changed', { dataset });
      endWatch = watchNeighbours({
        store,
        training,
        catalogue,
        clock,
        isWatched,
        onChanged: announce,
        onCheckpoint,
        onDataset,
      });
    },
    quiet: () => {
      endWatch();
      endVerifying();
      storage.close();
      soon.stop();
    },
  };
}

/** A workspace that can't be written to opens as well: what a folder would hold is then not there. */
function tryToMake(folder: string, warn: (message: string) => void): void {
  try {
    makeFolder(folder);
  } catch (error) {
    warn(`${folder} could not be made: ${asAppError(error).message}`);
  }
}
