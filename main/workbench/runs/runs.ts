import { isReadable, type ListedRun, type Metrics, type RunSummary } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import {
  expandSweep,
  isPrior,
  presets,
  mediumOf,
  modelWords,
  type Augmentation,
  type RunManifest,
  type RunSpec,
  type SweepSpec,
} from '@shared/specs';
import type { Bin } from '../bin';
import type { Datasets } from '../datasets';
import type { Events } from '../events';
import type { Models } from '../studio';
import { slug, uniqueId, type Storage } from '../workspace';
import { createHistories } from './histories';
import { refuseElsewhere } from './ownership';
import type { RecentRows } from './recent-rows';
import type { RunStore } from '../stores';
import type { Training } from './training';

export interface Runs {
  /** Newest first, damaged ones as well. Throws DISK if the folder of runs can't be read. */
  listed(): ListedRun[];
  /** The same without runs about which nothing is known. */
  list(): RunSummary[];
  /** Throws NOT_FOUND, or BAD_FILE for a run about which nothing is known. */
  get(run: string): RunSummary;
  /** Announces what is known about a run now. Doesn't throw. */
  announce(run: string): void;
  /**
   * Creates a run and puts it into the queue. Rejects a run that can't be trained, naming the field, and creates
   * nothing then.
   */
  start(spec: RunSpec, name: string | undefined): Promise<RunSummary>;
  /**
   * Creates all runs of a sweep and puts them into the queue, or none: rejects with the error of the first that
   * can't be trained.
   */
  sweep(sweep: SweepSpec): Promise<RunSummary[]>;
  pause(run: string): Promise<RunSummary>;
  continue(run: string, steps: number | undefined): Promise<RunSummary>;
  stop(run: string): Promise<RunSummary>;
  update(run: string, change: Partial<Pick<RunManifest, 'name' | 'note' | 'tags' | 'starred'>>): RunSummary;
  remove(run: string): void;
  /** Restores a run from the bin: the entry `key`, or the one removed last. */
  restore(run: string, key?: string): ListedRun;
  metrics(run: string, after: number): Promise<Metrics>;
  /** Runs trained on the dataset, newest first. */
  learnersOf(dataset: string): { run: string; name: string }[];
}

/** The fields of a new run that come from its specification and its dataset. */
type NewRun = Pick<
  RunManifest,
  'spec' | 'datasetName' | 'signal' | 'preprocessing' | 'trainVariance' | 'classes' | 'codes'
>;

export interface RunsOptions {
  store: RunStore;
  training: Training;
  summary(run: string): ListedRun | null;
  recover(run: string): void;
  datasets: Pick<Datasets, 'get' | 'verifySoon'>;
  models: Pick<Models, 'plan' | 'codesOf'>;
  recent: RecentRows;
  bin: Bin;
  storage: Pick<Storage, 'requireWritable'>;
  events: Events;
  warn(message: string): void;
}

export function createRuns({
  store,
  training,
  summary,
  recover,
  datasets,
  models,
  recent,
  bin,
  storage,
  events,
  warn,
}: RunsOptions): Runs {
  const histories = createHistories(store.folder);

  const look = (run: string): ListedRun | null => {
    try {
      recover(run);
    } catch (error) {
      warn(`Run ${run} could not be looked after: ${asAppError(error).message}`);
    }
    return summary(run);
  };
  const get = (run: string): RunSummary => {
    const found = look(run);
    if (found && isReadable(found)) return found;
    store.read(run); // throws what is wrong
    throw new AppError('CONFLICT', `Run ${run} changed while it was looked at.`, 'Try again.');
  };
  const tell = (run: ListedRun): void =>
    isReadable(run) ? events.emit('runs.changed', run) : events.emit('runs.damaged', run);
  const changed = (run: string): RunSummary => {
    const now = get(run);
    events.emit('runs.changed', now);
    return now;
  };
  const refuseIfElsewhere = (run: string): void => {
    if (!training.isBusy(run)) refuseElsewhere(store.folder(run));
  };
  const listed = (): ListedRun[] =>
    store
      .ids()
      .flatMap((run) => look(run) ?? [])
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const list = (): RunSummary[] => listed().filter(isReadable);

  const setSteps = (run: string, steps: number): void =>
    void store.update(run, ({ spec }) => ({ spec: { ...spec, training: { ...spec.training, steps } } }));

  /** Prepares those fields; rejects a specification that can't be trained, naming the field. */
  const prepare = async (spec: RunSpec): Promise<NewRun> => {
    storage.requireWritable();
    const { manifest: pictures } = await datasets.get(spec.dataset);
    if (pictures.splits.train === 0) {
      throw new AppError(
        'BAD_REQUEST',
        `"${pictures.name}" has no items to train on.`,
        'Import it again with a smaller share held out.',
        { field: 'dataset' },
      );
    }
    await models.plan(spec); // refuses, naming the field, what can't be trained
    const { name: datasetName, signal, trainVariance, classes, options } = pictures;
    const preprocessing = { fit: options.fit, background: options.background };
    const codes = spec.autoencoder && (await models.codesOf(spec.autoencoder));
    // of what may be done to items, a run keeps what its medium knows
    const augmentation = mediumOf(signal).augmentation.parse(spec.augmentation) as Augmentation;
    const autoencoder = codes && { run: codes.run, step: codes.step };
    const settled = { ...spec, autoencoder, augmentation };
    return { spec: settled, datasetName, signal, preprocessing, trainVariance, classes, codes };
  };
  /** Creates runs and puts them into the queue, all or none. */
  const createAll = (wanted: readonly { run: NewRun; name: string; sweep: RunManifest['sweep'] }[]): RunSummary[] => {
    const made: string[] = [];
    try {
      for (const { run, name, sweep } of wanted) {
        const id = uniqueId(slug(name, 'run'), (taken) => store.has(taken) || bin.has('run', taken));
        const now = new Date().toISOString();
        const unset = { note: '', tags: [], starred: false, status: 'queued' as const, step: 0, failure: null };
        store.create({ version: 1, id, name, ...unset, ...run, sweep, createdAt: now, updatedAt: now });
        made.push(id);
      }
      training.enqueue(...made);
    } catch (error) {
      for (const id of made) store.discard(id);
      throw error;
    }
    datasets.verifySoon(wanted.map(({ run }) => run.spec.dataset));
    return made.map(changed);
  };

  return {
    listed,
    list,
    get,
    announce: (run) => {
      // a deleted run is announced only if its end could not be written yet
      if (!store.has(run) && !store.kept().includes(run)) return;
      try {
        const now = look(run);
        if (now) tell(now);
      } catch (error) {
        warn(`Run ${run} could not be announced: ${asAppError(error).message}`);
      }
    },

    start: async (spec, wantedName) => {
      const run = await prepare(spec);
      return createAll([{ run, name: wantedName || nameFor(run, list()), sweep: null }])[0]!;
    },
    sweep: async (sweep) => {
      const points = expandSweep(sweep);
      const prepared: NewRun[] = [];
      for (const { spec } of points) prepared.push(await prepare(spec));
      return createAll(
        prepared.map((run, index) => ({
          run,
          name: `${sweep.name} ${index + 1}`,
          sweep: { name: sweep.name, point: points[index]!.point },
        })),
      );
    },

    pause: async (run) => {
      store.read(run);
      refuseIfElsewhere(run);
      await training.pause(run);
      return changed(run);
    },

    continue: async (run, steps) => {
      const before = get(run);
      storage.requireWritable();
      refuseIfElsewhere(run);
      const isPaused = before.status === 'paused';
      if (training.isBusy(run) && !isPaused)
        throw new AppError('CONFLICT', `"${before.name}" is training or waiting already.`);
      if (steps !== undefined && steps <= before.step) {
        throw new AppError(
          'BAD_REQUEST',
          `"${before.name}" is at step ${before.step}: expected more steps than that.`,
          '',
          { field: 'steps' },
        );
      }
      if (steps === undefined && before.step >= before.spec.training.steps) {
        throw new AppError(
          'CONFLICT',
          `"${before.name}" has made all of its ${before.spec.training.steps} steps.`,
          'Give a larger number of steps.',
        );
      }
      await datasets.get(before.spec.dataset);
      if (steps !== undefined && steps !== before.spec.training.steps) {
        // the trainer has read the old number of steps: a new one continues from the checkpoint that this one writes
        if (isPaused) await training.stop(run);
        setSteps(run, steps);
      }
      try {
        training.enqueue(run);
      } catch (error) {
        if (steps !== undefined) setSteps(run, before.spec.training.steps);
        throw error;
      }
      return changed(run);
    },

    stop: async (run) => {
      const before = get(run);
      refuseIfElsewhere(run);
      if (!training.isBusy(run)) throw new AppError('CONFLICT', `"${before.name}" is not training.`);
      await training.stop(run);
      return changed(run);
    },

    update: (run, change) => {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      store.update(run, () => given);
      return changed(run);
    },

    remove: (run) => {
      const known = store.look(run);
      if (!known) store.read(run); // throws what is wrong
      const name = known?.manifest?.name ?? run;
      refuseIfElsewhere(run);
      if (training.isBusy(run)) throw new AppError('CONFLICT', `"${name}" is training.`, 'Stop it first.');
      bin.put(run, store.folder(run));
      histories.forget(run);
      store.forget(run);
      events.emit('runs.removed', { run });
    },
    restore: (run, key) => {
      bin.takeOut('run', run, store.folder(run), key);
      const now = look(run) ?? get(run);
      tell(now);
      return now;
    },

    metrics: async (run, after) => {
      store.existing(run);
      return recent.complete(run, await histories.after(run, after), after);
    },

    learnersOf: (dataset) =>
      list()
        .filter(({ spec }) => spec.dataset === dataset)
        .map(({ id, name }) => ({ run: id, name })),
  };
}

/** A name such as “Flowers · Tiny”, or “Flowers · Tiny · GPT” for a prior, with a number if it is taken. */
function nameFor({ spec, datasetName, codes }: NewRun, others: readonly RunSummary[]): string {
  const preset = presets.find(({ name, model }) => name === spec.preset && model === spec.model.kind)?.label.en;
  const what = isPrior(spec.model) ? modelWords(spec.model.kind)?.name.en : (preset ?? spec.model.kind);
  const plain = `${(codes?.name ?? datasetName).slice(0, 80)} · ${what}`;
  const taken = new Set(others.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? plain : `${plain} ${number}`;
    if (!taken.has(name)) return name;
  }
}
