import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Comparison, EventPayload, Items, StudioDocument, WorkbenchContract } from '@shared/contract';
import { createDocuments, keepResult, type Documents } from '../../../main/workbench/documents';
import { documentLimits } from '../../../main/workbench/documents/documents';
import { next, openBench } from '../../support/workbench';

const edits: StudioDocument = {
  run: 'a-run',
  step: 100,
  weightsHash: 'abc',
  name: 'shirt 3',
  picture: { kind: 'item', dataset: 'clothes', index: 3 },
  original: {
    signal: { kind: 'picture', height: 2, width: 2, channels: 1 },
    dtype: 'u8',
    count: 1,
    data: Uint8Array.of(0, 64, 128, 255),
  },
  encoded: Int32Array.of(5, 6, 7, 8),
  reconstruction: {
    signal: { kind: 'picture', height: 2, width: 2, channels: 1 },
    dtype: 'u8',
    count: 1,
    data: Uint8Array.of(1, 2, 3, 4),
  },
  done: [{ cells: Int32Array.of(1), before: Int32Array.of(6), after: Int32Array.of(9), layer: 0 }],
  undone: [],
  tools: { panel: 'paint', tool: 'fill', brushSize: 3, layer: 0, code: 9 },
};
const about = { title: 'shirt 3', facts: { run: 'a-run', changes: 1 } };

let folder: string;
let documents: Documents;
let told: EventPayload<WorkbenchContract, 'documents.changed'>[];
let clock: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-documents-'));
  told = [];
  clock = Date.parse('2026-01-01T00:00:00Z');
  const events = { emit: (_: string, payload: never) => void told.push(payload) };
  documents = createDocuments(folder, events, () => new Date((clock += 1000)));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('documents of the workspace', () => {
  it('come back as they were written, typed arrays included', () => {
    const summary = documents.write('studio', { id: 'one', ...about, value: edits });
    const found = documents.read('studio', 'one');
    expect(found).toEqual({ kind: 'studio', ...summary, value: edits });
    expect(found?.value.encoded).toBeInstanceOf(Int32Array);
    expect(documents.read('studio', 'two')).toBeNull();
  });

  it('of plain values are JSON that anyone reads', () => {
    documents.write('current-model', { id: 'current', title: '', facts: {}, value: { run: 'a-run' } });
    const file = path.join(folder, 'current-model', 'current.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ value: { run: 'a-run' } });
  });

  it('are listed newest first, by title and facts', () => {
    for (const id of ['one', 'two', 'one']) documents.write('studio', { id, ...about, title: id, value: edits });
    expect(documents.list('studio').documents.map(({ id, title, facts }) => ({ id, title, facts }))).toEqual([
      { id: 'one', title: 'one', facts: about.facts },
      { id: 'two', title: 'two', facts: about.facts },
    ]);
    expect(documents.list('samples').documents).toEqual([]);
  });

  it('tell of each change, and of a removal', () => {
    const summary = documents.write('studio', { id: 'one', ...about, value: edits });
    documents.remove('studio', 'one');
    documents.remove('studio', 'one');
    expect(told).toEqual([
      { kind: 'studio', id: 'one', document: summary },
      { kind: 'studio', id: 'one', document: null },
    ]);
    expect(documents.read('studio', 'one')).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['half of one', null],
    ['something else', '{"a":1}\nnonsense'],
    ['no first line', 'x'.repeat(100_000)],
  ])('that are damaged (%s) are named, and the others stay', (_, content) => {
    documents.write('studio', { id: 'good', ...about, value: edits });
    documents.write('studio', { id: 'bad', ...about, value: edits });
    const file = path.join(folder, 'studio', 'bad.document');
    const whole = readFileSync(file);
    writeFileSync(file, content ?? whole.subarray(0, whole.length - 40));
    expect(documents.list('studio').documents.map(({ id }) => id)).toContain('good');
    expect(() => documents.read('studio', 'bad')).toThrow(
      expect.objectContaining({ code: 'BAD_FILE', message: expect.stringContaining(file) }),
    );
    if (content !== null) expect(documents.list('studio').damaged).toMatchObject([{ id: 'bad', file }]);
    documents.remove('studio', 'bad');
    expect(documents.list('studio').damaged).toEqual([]);
  });

  it('of another person’s making, by odd names, are passed over', () => {
    mkdirSync(path.join(folder, 'studio'), { recursive: true });
    for (const name of ['..document', 'A.document', 'x.json', 'one.document.7-1.tmp'])
      writeFileSync(path.join(folder, 'studio', name), 'x');
    expect(documents.list('studio')).toEqual({ documents: [], damaged: [] });
  });

  it('beyond the number of their kind are refused, and none is thrown away', () => {
    const value = { samples: [] };
    documents.write('favourites', { id: 'favourites', title: '', facts: {}, value });
    expect(() => documents.write('favourites', { id: 'more', title: 'more', facts: {}, value })).toThrow(
      expect.objectContaining({ code: 'LIMIT', hint: expect.stringContaining('Remove') }),
    );
    documents.write('favourites', { id: 'favourites', title: '', facts: {}, value });
    expect(documents.list('favourites').documents).toHaveLength(documentLimits.favourites.count);
  });

  it('that are too large are refused before anything is written', () => {
    const spec = 'x'.repeat(documentLimits.draft.bytes);
    const value = { spec, name: '', begin: null };
    expect(() => documents.write('draft', { id: 'large', title: 'large', facts: {}, value })).toThrow(
      expect.objectContaining({ code: 'LIMIT' }),
    );
    expect(existsSync(path.join(folder, 'draft'))).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)('of a read-only workspace are refused as denied, and stay as they were', () => {
    documents.write('studio', { id: 'one', ...about, value: edits });
    const kind = path.join(folder, 'studio');
    chmodSync(kind, 0o500);
    try {
      expect(() => documents.write('studio', { id: 'one', ...about, title: 'new', value: edits })).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/DENIED|DISK/) }),
      );
      expect(documents.read('studio', 'one')?.title).toBe('shirt 3');
      expect(readdirSync(kind)).toEqual(['one.document']);
    } finally {
      chmodSync(kind, 0o700);
    }
  });
});

describe('what was measured', () => {
  const pictures: Items = {
    signal: { kind: 'picture', height: 1, width: 1, channels: 1 },
    dtype: 'u8',
    count: 1,
    data: Uint8Array.of(7),
  };
  const found: Comparison = {
    id: 'compare-abc',
    path: '/w/exports/compare-abc',
    files: [],
    dataset: 'clothes',
    datasetName: 'Clothes',
    split: 'test',
    measures: [],
    names: ['a'],
    originals: pictures,
    runs: [],
  };

  it('is kept under the id of its export, and replaced by the next of the same', () => {
    expect(keepResult(documents, 'comparison', found)).toBe(found);
    keepResult(documents, 'comparison', { ...found, datasetName: 'Coats' });
    expect(documents.list('comparison').documents).toHaveLength(1);
    expect(documents.read('comparison', 'compare-abc')?.value.datasetName).toBe('Coats');
  });

  it('is answered also where it can’t be kept, and says why', () => {
    writeFileSync(path.join(folder, 'comparison'), 'a file where the folder should be');
    const answer = keepResult(documents, 'comparison', found);
    expect(answer).toMatchObject(found);
    expect(answer.notKept?.code).not.toBe('INTERNAL');
    expect(answer.notKept?.message).toContain('comparison');
  });
});

it('what one page writes another hears of, and it is there when the workbench is started again', async () => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'tessera-documents-'));
  try {
    const first = await openBench({}, { folder: root });
    const heard = next(first.connect(), 'documents.changed');
    await first.page.request('documents.write', { kind: 'studio', id: 'one', ...about, value: edits });
    expect(await heard).toMatchObject({ kind: 'studio', id: 'one', document: { title: 'shirt 3' } });
    await expect(
      first.page.request('documents.write', { kind: 'studio', id: '../up', ...about, value: edits }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await first.close();

    const second = await openBench({}, { folder: root });
    expect(await second.page.request('documents.read', { kind: 'studio', id: 'one' })).toMatchObject({ value: edits });
    expect((await second.page.request('documents.list', { kind: 'studio' })).documents).toHaveLength(1);
    await second.close();
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
