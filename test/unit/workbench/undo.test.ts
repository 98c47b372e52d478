import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '@shared/errors';
import { importOptionsSchema, runManifestSchema, sweepSpecSchema, type RunManifest } from '@shared/specs';
import { createBin, type Bin } from '../../../main/workbench/bin';
import { openCatalogue, readItemLines, type Catalogue } from '../../../main/workbench/catalogue';
import { createDatasets, type Datasets } from '../../../main/workbench/datasets';
import { createEvents } from '../../../main/workbench/events';
import { createExports } from '../../../main/workbench/exports';
import { createRuns, createTraining, type Runs } from '../../../main/workbench/runs';
import { createDatasetStore, createIncidents, createRunStore, type RunStore } from '../../../main/workbench/stores';
import { createRecentRows } from '../../../main/workbench/runs/recent-rows';
import { createSummaries } from '../../../main/workbench/runs/summary';
import { createStaging, workspacePaths } from '../../../main/workbench/workspace';
import { importDataset, openBench, specOn } from '../../support/workbench';

/** Each change is two steps, a folder's and a row's or a queue's; the second fails here. */
const refusal = new AppError('DISK', 'The disk is full.');
const refuse = (): never => {
  throw refusal;
};
let folder: string;
let catalogue: Catalogue;
let bin: Bin;
let paths: ReturnType<typeof workspacePaths>;
const events = createEvents(() => undefined);
const storage = { requireWritable: () => undefined };

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-undo-'));
  paths = workspacePaths(folder);
  for (const place of [paths.datasets, paths.runs, paths.exports, paths.trash, paths.staging]) mkdirSync(place);
  catalogue = openCatalogue(paths.catalogue);
  bin = createBin(paths.trash);
});
afterEach(() => {
  catalogue.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a dataset', () => {
  let id: string;
  /** The parts over a catalogue of which some methods are others, and a library that “imports” the dataset's own folder. */
  function open(others: Partial<Catalogue> = {}): Datasets & { reconciled: Promise<void> } {
    const refusing = { ...catalogue, ...others };
    const source = path.join(folder, 'made');
    const library = {
      request: (_: string, { staging }: { staging: string }) => {
        cpSync(source, staging, { recursive: true });
        return Promise.resolve({
          name: 'Pets',
          items: 24,
          splits: { train: 22, test: 2 },
          skipped: [],
          skippedCount: 0,
          captions: 0,
          tags: 0,
          fields: 0,
          notes: [],
        });
      },
    };
    const quiet = { warn: () => undefined, onDamaged: () => undefined };
    const rest = { staging: createStaging(paths.staging), storage, events, ...quiet };
    const store = createDatasetStore({
      root: paths.datasets,
      catalogue: refusing,
      onAdded: () => undefined,
      warn: () => undefined,
    });
    const listed = { paths, catalogue: refusing, library: library as never };
    const datasets = createDatasets({ store, ...listed, bin, ...rest, isInUse: () => null });
    return { ...datasets, reconciled: store.reconciled };
  }
  beforeEach(async () => {
    const bench = await openBench({}, { folder: path.join(folder, 'bench') });
    id = await importDataset(bench);
    cpSync(bench.at('datasets', id), path.join(folder, 'made'), { recursive: true });
    cpSync(bench.at('datasets', id), path.join(paths.datasets, id), { recursive: true });
    await bench.workbench.close();
  });
  const nameOnDisk = (): unknown =>
    (JSON.parse(readFileSync(path.join(paths.datasets, id, 'dataset.json'), 'utf8')) as { name: unknown }).name;

  test('that can’t be hidden is not deleted', async () => {
    const datasets = open({ hide: refuse });
    await datasets.reconciled;
    await expect(datasets.remove(id)).rejects.toBe(refusal);
    expect(existsSync(path.join(paths.datasets, id, 'dataset.json'))).toBe(true);
    expect(bin.has('dataset', id)).toBe(false);
    expect((await datasets.list()).map((row) => row.id)).toEqual([id]);
  });

  test('that can’t be shown again stays in the bin', async () => {
    const whole = open();
    await whole.reconciled;
    await whole.remove(id);
    await expect(open({ show: refuse, add: refuse }).restore(id)).rejects.toBe(refusal);
    expect(existsSync(path.join(paths.datasets, id))).toBe(false);
    expect(bin.has('dataset', id)).toBe(true);
    expect((await open().restore(id)).id).toBe(id);
  });

  test('whose new name can’t be listed keeps its old one', async () => {
    const datasets = open({ setManifest: refuse });
    await datasets.reconciled;
    await expect(datasets.rename(id, 'Other')).rejects.toBe(refusal);
    expect(nameOnDisk()).toBe('Pets');
    expect((await datasets.get(id)).manifest.name).toBe('Pets');
  });

  test('that is being added while the catalogue is begun anew is listed after all', async () => {
    const store = createDatasetStore({
      root: paths.datasets,
      catalogue,
      onAdded: () => undefined,
      warn: () => undefined,
    });
    await store.reconciled;
    const { manifest } = await store.get(id);
    const made = path.join(folder, 'made');
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    async function* lines() {
      yield* readItemLines(made);
      await held;
    }
    const added = catalogue.add({ id: 'late', manifest, bundled: false, bytes: 9 }, lines(), () => {
      cpSync(made, path.join(paths.datasets, 'late'), { recursive: true });
      return () => undefined;
    });
    const rebuilt = store.rebuild();
    release();
    expect((await added).id).toBe('late');
    await rebuilt;
    expect((await store.list()).map((row) => row.id).sort()).toEqual(['late', id].sort());
  });

  test('whose import fails once its folder is in place leaves neither folder nor row', async () => {
    const datasets = open();
    await datasets.reconciled;
    const add = catalogue.add;
    const spoilt: Catalogue = {
      ...catalogue,
      add: (dataset, lines, settle) =>
        add(dataset, lines, () => {
          const takeBack = settle!();
          expect(existsSync(path.join(paths.datasets, dataset.id))).toBe(true);
          // another process of another version: the row can't be finished any more
          new Libsql(paths.catalogue).exec('ALTER TABLE datasets RENAME COLUMN counts TO others');
          return takeBack;
        }),
    };
    const task = {
      source: { paths: [], name: 'Pets' },
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    const importing = open({ add: spoilt.add }).import({ ...task, options: importOptionsSchema.parse({}) });
    await expect(importing).rejects.toThrow();
    expect(readdirSync(paths.datasets)).toEqual([id]);
    expect(readdirSync(paths.staging)).toEqual([]);
  });
});

describe('a run', () => {
  let store: RunStore;
  let enqueue: (...runs: string[]) => void;
  let runs: Runs;
  beforeEach(() => {
    store = createRunStore(paths.runs, createStaging(paths.staging), catalogue);
    enqueue = refuse;
    const training = { live: () => null, isBusy: () => false, enqueue: (...ids: string[]) => enqueue(...ids) } as never;
    runs = createRuns({
      store,
      training,
      summary: createSummaries({ store, training, heldOut: () => 0 }),
      recover: () => undefined,
      datasets: {
        verifySoon: () => undefined,
        get: () =>
          Promise.resolve({
            id: 'pets',
            manifest: {
              name: 'Pets',
              signal: { kind: 'picture', height: 16, width: 16, channels: 1 },
              trainVariance: 1,
              classes: [],
              splits: { train: 9, test: 1 },
              options: importOptionsSchema.parse({}),
            },
          } as never),
      },
      models: { plan: () => Promise.resolve({} as never), codesOf: refuse },
      recent: createRecentRows(),
      bin,
      storage,
      events,
      warn: () => undefined,
    });
  });

  test('that can’t be put into the queue leaves no folder', async () => {
    await expect(runs.start(specOn('pets', 6), 'first')).rejects.toBe(refusal);
    expect(readdirSync(paths.runs)).toEqual([]);
    expect(runs.list()).toEqual([]);
  });

  test('of a sweep that can’t be created takes those before it along', async () => {
    const create = store.create;
    let made = 0;
    store.create = (manifest) => ((made += 1) === 3 ? refuse() : create(manifest));
    enqueue = () => undefined;
    const axes = [{ kind: 'values', field: 'training.seed', values: [1, 2, 3, 4] }] as const;
    const sweep = sweepSpecSchema.parse({ name: 'Sweep', base: specOn('pets', 6), axes, method: { kind: 'grid' } });
    await expect(runs.sweep(sweep)).rejects.toThrow();
    expect(readdirSync(paths.runs)).toEqual([]);
    expect(readdirSync(paths.staging)).toEqual([]);
  });

  test('that can’t go on keeps its old number of steps', async () => {
    enqueue = () => undefined;
    const { id } = await runs.start(specOn('pets', 6), 'first');
    store.setState(id, { status: 'finished', step: 6 });
    enqueue = refuse;
    await expect(runs.continue(id, 20)).rejects.toBe(refusal);
    expect(store.read(id).spec.training.steps).toBe(6);
  });
});

describe('the queue', () => {
  const manifest = (id: string): RunManifest =>
    runManifestSchema.parse({
      version: 1,
      id,
      name: id,
      spec: specOn('pets', 6),
      datasetName: 'Pets',
      signal: { kind: 'picture', height: 16, width: 16, channels: 1 },
      trainVariance: 0.1,
      status: 'stopped',
      step: 3,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
    });

  test('takes several runs or none: where one can’t be marked, the others are as they were', () => {
    const store = createRunStore(paths.runs, createStaging(paths.staging), catalogue);
    for (const id of ['one', 'two', 'three']) store.create(manifest(id));
    const setState = store.setState;
    store.setState = (id, change) => (id === 'three' ? refuse() : setState(id, change));
    const training = createTraining({
      store,
      datasetFolder: () => '',
      launch: refuse,
      clock: { now: () => 0, after: () => () => undefined },
      policy: undefined as never,
      incidents: createIncidents(events, store),
      atOnce: 1,
      onMetrics: () => undefined,
      onCheckpoint: () => undefined,
      onPreview: () => undefined,
      onKept: () => undefined,
      warn: () => undefined,
    });
    expect(() => training.enqueue('one', 'two', 'three')).toThrow('The disk is full.');
    expect(['one', 'two', 'three'].map((id) => store.read(id).status)).toEqual(['stopped', 'stopped', 'stopped']);
    expect(training.busy()).toEqual([]);
    expect(existsSync(path.join(paths.runs, 'one', 'workbench.lock'))).toBe(false);
  });
});

describe('an export', () => {
  test('that can’t be put in its place leaves the one before it there', async () => {
    const exports = createExports({
      root: paths.exports,
      models: undefined as never,
      staging: createStaging(paths.staging),
    });
    await exports.write('sheet', { 'a.txt': 'first' });
    const staging = createStaging(paths.staging);
    // its workplace is emptied between the making and the moving
    const failing = createExports({
      root: paths.exports,
      models: undefined as never,
      staging: {
        ...staging,
        create: () => {
          const workplace = staging.create();
          mkdirSync(path.join(workplace, 'old', 'in-the-way'), { recursive: true });
          return workplace;
        },
      },
    });
    await expect(failing.write('sheet', { 'a.txt': 'second' })).rejects.toThrow();
    expect(readFileSync(path.join(paths.exports, 'sheet', 'a.txt'), 'utf8')).toBe('first');
  });
});
