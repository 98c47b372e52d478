import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemFilterSchema } from '@shared/contract';
import { AppError } from '@shared/errors';
import { datasetManifestSchema, noTexts, type DatasetManifest, type ItemLine } from '@shared/specs';
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
    splits: { train: count - Math.floor(count / 10), test: Math.floor(count / 10) },
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
      facts: { width: 20, height: 30 },
      ...noTexts,
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

  test('pages through all items in pack order', async () => {
    const page = await catalogue.items(dataset, filter({}), 99_990, 100);
    expect(page.total).toBe(COUNT);
    expect(indices(page)).toEqual([99_990, 99_991, 99_992, 99_993, 99_994, 99_995, 99_996, 99_997, 99_998, 99_999]);
    expect(page.items[9]).toEqual({
      index: 99_999,
      name: 'folder_9/IMG%99999.png',
      label: null,
      split: 'train',
      facts: { width: 20, height: 30 },
      ...noTexts,
    });
  });

  test('filters by split, by label, by both, and by having no label', async () => {
    expect(await catalogue.items(dataset, filter({ split: 'test' }), 2, 2)).toMatchObject({
      total: 10_000,
      items: [{ index: 20 }, { index: 30 }],
    });
    expect(await catalogue.items(dataset, filter({ label: 3 }), 1, 2)).toMatchObject({
      total: 10_000,
      items: [{ index: 13 }, { index: 23 }],
    });
    expect((await catalogue.items(dataset, filter({ label: 0, split: 'test' }), 0, 1)).total).toBe(10_000);
    expect(await catalogue.items(dataset, filter({ label: 1, split: 'test' }), 0, 1)).toEqual({ total: 0, items: [] });
    expect(await catalogue.items(dataset, filter({ label: -1 }), 0, 2)).toMatchObject({
      total: 1000,
      items: [{ index: 99 }, { index: 199 }],
    });
  });

  test('finds text in names, in either case, with the signs that patterns are made of', async () => {
    expect(indices(await catalogue.items(dataset, filter({ text: 'img%7777' }), 0, 100))).toEqual([
      7777,
      ...Array.from({ length: 10 }, (_, i) => 77770 + i),
    ]);
    expect(await catalogue.items(dataset, filter({ text: 'folder_5' }), 9_999, 5)).toMatchObject({
      total: 10_000,
      items: [{ index: 99_995 }],
    });
    expect((await catalogue.items(dataset, filter({ text: 'folderX5' }), 0, 5)).total).toBe(0);
    expect((await catalogue.items(dataset, filter({ text: 'folder_5', split: 'test' }), 0, 5)).total).toBe(0);
  });

  test('finds text among the items of a split or class', async () => {
    expect(await catalogue.items(dataset, filter({ text: 'MG%1234', label: 4 }), 0, 100)).toMatchObject({
      total: 2,
      items: [{ index: 1234 }, { index: 12344 }],
    });
    expect(await catalogue.items(dataset, filter({ text: '%999', label: -1 }), 0, 100)).toMatchObject({ total: 3 });
    expect(await catalogue.items(dataset, filter({ text: '0.PNG', split: 'test' }), 0, 1)).toMatchObject({
      total: 10_000,
    });
    expect(await catalogue.items(dataset, filter({ text: '0.png', split: 'train' }), 0, 1)).toMatchObject({ total: 0 });
  });

  test('lets others be heard while it searches', async () => {
    const turn = new Promise((resolve) => setImmediate(resolve));
    const first = await Promise.race([
      catalogue.items(dataset, filter({ text: 'nowhere else' }), 0, 1).then(() => 'search'),
      turn.then(() => 'other'),
    ]);
    expect(first).toBe('other');
  });

  test('reads a page through an index: no filter costs a visit of all items', () => {
    const database = new Libsql(path.join(folder, 'catalogue.sqlite'));
    const plan = (where: string): string =>
      (database.prepare(`EXPLAIN QUERY PLAN SELECT idx FROM items WHERE ${where}`).all() as { detail: string }[])
        .map(({ detail }) => detail)
        .join();
    expect(plan('dataset = 1 AND idx >= 5 AND idx < 9')).toContain('PRIMARY KEY (dataset=? AND idx>? AND idx<?)');
    expect(plan('dataset = 1 AND label = 3')).toContain('COVERING INDEX items_by_label');
    database.close();
  });
});

describe('a catalogue', () => {
  test('finds items by captions, tags and fields in any language, and gives them back', async () => {
    const catalogue = openCatalogue(':memory:');
    const said: Partial<ItemLine>[] = [
      {
        captions: ['A Red kite', '红色的风筝在天空'],
        tags: ['sky'],
        fields: { author: 'Café', year: 2024, seen: null },
      },
      { captions: ['one ends red', 'kite begins'] },
      {},
      { tags: ['天空', 'cloud\ncover'] },
    ];
    async function* lines(): AsyncGenerator<ItemLine> {
      for (const [at, texts] of said.entries())
        yield { name: `${at}.png`, label: at, split: 'train', facts: {}, ...noTexts, ...texts };
    }
    const dataset = await catalogue.add(
      { id: 'said', manifest: manifestOf(said.length), bundled: false, bytes: 1 },
      lines(),
    );
    const find = async (text: string, more = {}) =>
      indices(await catalogue.items(dataset, filter({ text, ...more }), 0, 10));
    expect(await find('RED KITE')).toEqual([0]); // not across two captions
    expect(await find('天空')).toEqual([0, 3]);
    expect(await find('天')).toEqual([0, 3]);
    expect(await find('天空', { label: 3 })).toEqual([3]);
    expect(await find('cafe\u0301')).toEqual([0]);
    expect(await find('2024')).toEqual([0]);
    expect(await find('cloud cover')).toEqual([3]);
    expect(await find('author')).toEqual([]);
    const { items } = await catalogue.items(dataset, filter({}), 0, 10);
    expect(items[0]).toMatchObject(said[0]!);
    expect(items[2]).toMatchObject(noTexts);
    catalogue.close();
  });

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

describe('an error', () => {
  test.each([
    [
      'what SQLite says of a damaged file',
      Object.assign(new Error('file is not a database'), { code: 'SQLITE_NOTADB' }),
      true,
    ],
    ['the same without its code', new Error('database disk image is malformed'), true],
    ['a page’s request', new AppError('BAD_REQUEST', 'expected an id, got “malformed”'), false],
    [
      'a person’s damaged picture',
      new AppError('BAD_FILE', 'it is damaged', '', { cause: new Error('Corrupt JPEG data') }),
      false,
    ],
    ['a file of such a name', new Error('ENOENT: no such file or directory, open "corrupt.png"'), false],
  ])('that is %s tells whether the catalogue is damaged', (_, error, expected) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-catalogue-'));
    const catalogue = openCatalogue(path.join(folder, 'catalogue.sqlite'));
    expect(catalogue.isBroken(error)).toBe(expected);
    catalogue.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
