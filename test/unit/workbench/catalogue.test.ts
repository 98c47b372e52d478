import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemFilterSchema } from '@shared/contract';
import { datasetManifestSchema, type DatasetManifest, type ItemLine } from '@shared/specs';
import { openCatalogue, type Catalogue, type DatasetRow } from '../../../main/workbench/catalogue';

const COUNT = 100_000;
const CLASSES = 10;

const manifestOf = (count: number): DatasetManifest =>
  datasetManifestSchema.parse({
    version: 1,
    name: 'Many',
    height: 16,
    width: 16,
    channels: 1,
    count,
    classes: Array.from({ length: CLASSES }, (_, i) => `class ${i}`),
    splits: { train: count - count / 10, test: count / 10 },
    mean: [0.5],
    variance: [0.1],
    trainVariance: 0.1,
    sourceSizes: { minimum: [1, 1], median: [1, 1], maximum: [1, 1] },
    thumbnails: null,
    options: {},
    source: '',
    skipped: [],
    skippedCount: 0,
    notes: [],
    createdAt: '2026-01-01T00:00:00Z',
  });

async function* linesOf(count: number): AsyncGenerator<ItemLine> {
  for (let i = 0; i < count; i++) {
    yield {
      name: `folder_${i % CLASSES}/IMG%${i}.png`,
      label: i % 100 === 99 ? null : i % CLASSES,
      split: i % 10 === 0 ? 'test' : 'train',
      width: 20,
      height: 30,
    };
  }
}

const filter = (given: object) => itemFilterSchema.parse(given);
const indices = (page: { items: { index: number }[] }): number[] => page.items.map(({ index }) => index);

describe('a catalogue of a hundred thousand items', () => {
  let folder: string;
  let catalogue: Catalogue;
  let dataset: DatasetRow;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-catalogue-'));
    catalogue = openCatalogue(path.join(folder, 'catalogue.sqlite'));
    dataset = await catalogue.add(
      { id: 'many', manifest: manifestOf(COUNT), bundled: false, bytes: 5 },
      linesOf(COUNT),
    );
  });
  afterAll(() => {
    catalogue.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('pages through all items in pack order', () => {
    const page = catalogue.items(dataset, filter({}), 99_990, 100);
    expect(page.total).toBe(COUNT);
    expect(indices(page)).toEqual([99_990, 99_991, 99_992, 99_993, 99_994, 99_995, 99_996, 99_997, 99_998, 99_999]);
    expect(page.items[9]).toEqual({
      index: 99_999,
      name: 'folder_9/IMG%99999.png',
      label: null,
      split: 'train',
      width: 20,
      height: 30,
    });
  });

  test('filters by split, by label, by both, and by having no label', () => {
    expect(catalogue.items(dataset, filter({ split: 'test' }), 2, 2)).toMatchObject({
      total: 10_000,
      items: [{ index: 20 }, { index: 30 }],
    });
    expect(catalogue.items(dataset, filter({ label: 3 }), 1, 2)).toMatchObject({
      total: 10_000,
      items: [{ index: 13 }, { index: 23 }],
    });
    expect(catalogue.items(dataset, filter({ label: 0, split: 'test' }), 0, 1).total).toBe(10_000);
    expect(catalogue.items(dataset, filter({ label: 1, split: 'test' }), 0, 1)).toEqual({ total: 0, items: [] });
    expect(catalogue.items(dataset, filter({ label: -1 }), 0, 2)).toMatchObject({
      total: 1000,
      items: [{ index: 99 }, { index: 199 }],
    });
  });

  test('finds text in names, in either case, with the signs that SQL takes for patterns', () => {
    expect(indices(catalogue.items(dataset, filter({ text: 'img%7777' }), 0, 100))).toEqual([
      7777,
      ...Array.from({ length: 10 }, (_, i) => 77770 + i),
    ]);
    expect(catalogue.items(dataset, filter({ text: 'folder_5' }), 9_999, 5)).toMatchObject({
      total: 10_000,
      items: [{ index: 99_995 }],
    });
    expect(catalogue.items(dataset, filter({ text: 'folderX5' }), 0, 5).total).toBe(0);
    expect(catalogue.items(dataset, filter({ text: 'folder_5', split: 'test' }), 0, 5).total).toBe(0);
  });

  test('reads a page through an index: no filter costs a scan of all items', () => {
    const fastest = (action: () => void): number =>
      Math.min(
        ...Array.from({ length: 9 }, () => {
          const began = performance.now();
          action();
          return performance.now() - began;
        }),
      );
    let search = 0;
    const scan = fastest(() => catalogue.items(dataset, filter({ text: `nowhere ${search++}` }), 0, 100));
    for (const given of [{}, { split: 'test' }, { label: 3 }, { label: 2, split: 'train' }]) {
      expect(fastest(() => catalogue.items(dataset, filter(given), 5_000, 100))).toBeLessThan(scan / 2);
    }
  });
});

describe('a catalogue', () => {
  test('keeps nothing of a dataset whose items are not as many as it says', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-catalogue-'));
    const catalogue = openCatalogue(path.join(folder, 'catalogue.sqlite'));
    await expect(
      catalogue.add({ id: 'short', manifest: manifestOf(10), bundled: false, bytes: 5 }, linesOf(7)),
    ).rejects.toMatchObject({ code: 'BAD_FILE' });
    expect(catalogue.known()).toEqual([]);
    await catalogue.add({ id: 'short', manifest: manifestOf(10), bundled: false, bytes: 5 }, linesOf(10));
    await expect(
      catalogue.add({ id: 'short', manifest: manifestOf(10), bundled: false, bytes: 5 }, linesOf(10)),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    catalogue.close();
    rmSync(folder, { recursive: true });
  });

  test('that is damaged is begun anew; one of a newer Tessera is refused and left alone', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-catalogue-'));
    const file = path.join(folder, 'catalogue.sqlite');
    writeFileSync(file, 'this is no database, not at all, however long one looks at it '.repeat(100));
    const catalogue = openCatalogue(file);
    expect(catalogue.list()).toEqual([]);
    catalogue.close();
    const newer = path.join(folder, 'newer.sqlite');
    openCatalogue(newer).close();
    const database = new Libsql(newer);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openCatalogue(newer)).toThrow('newer Tessera');
    rmSync(folder, { recursive: true });
  });
});
