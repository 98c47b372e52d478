import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importDataset, openPack, type ImportProgress } from '../../../../main/engine/media';
import { colourful, optionsOf, picture, tar, temporaryDirectory, zip } from './fixtures';
import { classOf, folderOf, runImport } from './importing';

describe('importing a folder', () => {
  it('makes sub-folders classes and keeps pixels as they are', async () => {
    const root = await folderOf({
      'cat/1.png': await picture(1),
      'cat/2.png': await picture(2),
      'dog/a/3.png': await picture(3),
    });
    const imported = await runImport([root]);
    expect(imported.lines.map(({ name }) => name)).toEqual(['cat/1.png', 'cat/2.png', 'dog/a/3.png']);
    expect(imported.manifest).toMatchObject({
      name: 'pictures',
      signal: { kind: 'picture', height: 20, width: 20, channels: 3 },
      count: 3,
      classes: ['cat', 'dog'],
    });
    expect(classOf(imported, 'dog/a/3.png')).toBe('dog');
    const pack = openPack(imported.staging);
    expect([...pack.readItem(1)]).toEqual([...colourful(2)]);
    expect([...pack.readItems([2, 0])]).toEqual([...colourful(3), ...colourful(1)]);
    expect(() => pack.readItem(3)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    pack.close();
  });

  it('obeys train and test folders', async () => {
    const root = await folderOf({
      'train/a/1.png': await picture(1),
      'train/b/2.png': await picture(2),
      'test/a/3.png': await picture(3),
    });
    const imported = await runImport([root]);
    expect(imported.outcome.splits).toEqual({ train: 2, test: 1 });
    expect(imported.manifest.classes).toEqual(['a', 'b']);
    expect(imported.lines.find(({ split }) => split === 'test')?.name).toBe('test/a/3.png');
  });

  it('reports what it skips, passes over hidden files, and reads pictures with a wrong ending', async () => {
    const root = await folderOf({
      'good.png': await picture(1),
      'really-a-jpeg.png': await picture(2, 'jpeg'),
      'no-ending': await picture(3),
      'empty.jpg': '',
      'text.png': 'this is no picture',
      'captions.csv': 'file,text',
      '.hidden/x.png': await picture(4),
      '__MACOSX/._good.png': 'x',
      '.DS_Store': 'x',
    });
    const { outcome } = await runImport([root]);
    expect(outcome.items).toBe(3);
    expect(outcome.skipped).toEqual([
      {
        file: 'captions.csv',
        reason: expect.stringMatching(/^not an image but a table in text \(CSV\), which is not read; /),
      },
      { file: 'empty.jpg', reason: 'it is empty' },
      { file: 'text.png', reason: 'not an image but text' },
    ]);
    expect(outcome.skippedCount).toBe(3);
    expect(outcome.notes.join()).toContain('really-a-jpeg.png is JPEG');
  });

  it('brings pictures of many sizes to one, with thumbnails of at most 64 pixels', async () => {
    const root = await folderOf({
      '1.png': await picture(1, 'png', 300, 200),
      '2.jpg': await picture(2, 'jpeg', 100, 180),
    });
    const { manifest, staging, lines } = await runImport([root], { height: 96, width: 128 });
    expect(manifest).toMatchObject({ signal: { height: 96, width: 128 }, thumbnails: { height: 48, width: 64 } });
    expect((await readFile(join(staging, 'pack-96x128x3.u8'))).length).toBe(2 * 96 * 128 * 3);
    expect((await readFile(join(staging, 'thumbs-48x64x3.u8'))).length).toBe(2 * 48 * 64 * 3);
    expect(manifest.facts).toEqual({
      minimum: { width: 100, height: 180 },
      median: { width: 100, height: 180 },
      maximum: { width: 300, height: 200 },
    });
    expect(lines[0]).toMatchObject({ facts: { width: 300, height: 200 } });
  });

  it('writes mean and variance as numpy computes them', async () => {
    const root = await folderOf(
      Object.fromEntries(await Promise.all([1, 2, 3, 4, 5].map(async (seed) => [`${seed}.png`, await picture(seed)]))),
    );
    const { manifest, lines } = await runImport([root], { testFraction: 0.4 });
    const seeds = [1, 2, 3, 4, 5];
    const variance = (values: number[]): number => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    };
    const scaled = (seed: number): number[] => [...colourful(seed)].map((value) => value / 255);
    const red = seeds.flatMap((seed) => scaled(seed).filter((_, i) => i % 3 === 0));
    expect(manifest.mean[0]).toBeCloseTo(red.reduce((sum, value) => sum + value, 0) / red.length, 12);
    expect(manifest.variance[0]).toBeCloseTo(variance(red), 12);
    const train = seeds.filter((_, i) => lines[i]!.split === 'train');
    expect(train).toHaveLength(3);
    expect(manifest.trainVariance).toBeCloseTo(variance(train.flatMap(scaled)), 12);
  });

  it('keeps grey pictures grey, also those stored in colour', async () => {
    const { sharp } = await import('../../../../main/engine/media/kinds/picture/sharp');
    const rgbGrey = await sharp(await picture(1))
      .greyscale()
      .toColourspace('srgb')
      .png()
      .toBuffer();
    const root = await folderOf({
      '1.png': rgbGrey,
      '2.png': await sharp(await picture(2))
        .greyscale()
        .png()
        .toBuffer(),
    });
    expect((await runImport([root])).manifest.signal.channels).toBe(1);
    expect((await runImport([root], { colour: 'rgb' })).manifest.signal.channels).toBe(3);
  });

  it('says what is wrong when there is nothing to import, and writes no manifest', async () => {
    const root = await folderOf({ 'notes.txt': 'hello' });
    const staging = join(await temporaryDirectory(), 'staging');
    const failed = importDataset({ sources: [root], staging, options: optionsOf() });
    await expect(failed).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('notes.txt: not an image'),
    });
    expect(await readdir(staging)).not.toContain('dataset.json');
    await expect(importDataset({ sources: [join(root, 'gone')], staging, options: optionsOf() })).rejects.toMatchObject(
      { code: 'NOT_FOUND' },
    );
  });
});

describe('importing archives', () => {
  it('reads zip, tar and tar.gz alike, told apart by content', async () => {
    const files = { 'set/a/1.png': await picture(1), 'set/b/2.png': await picture(2), 'set/b/3.png': await picture(3) };
    const entries = Object.entries(files).map(([name, content]) => ({ name, content }));
    const root = await folderOf({
      'x.zip': zip(files),
      'x.tar': await tar(entries),
      'misnamed.zip': await tar(entries, true),
    });
    const imports = await Promise.all(['x.zip', 'x.tar', 'misnamed.zip'].map((name) => runImport([join(root, name)])));
    for (const { lines, manifest, staging } of imports) {
      expect(lines).toEqual(imports[0]!.lines);
      expect(manifest.classes).toEqual(['a', 'b']);
      expect(await readFile(join(staging, 'pack-20x20x3.u8'))).toEqual(
        Buffer.concat([1, 2, 3].map((seed) => colourful(seed))),
      );
    }
  });

  it('skips archives inside archives, and lists them', async () => {
    const root = await folderOf({
      'outer.zip': zip({ 'a.png': await picture(1), 'inner.zip': zip({ 'b.png': await picture(2) }) }),
    });
    const { outcome } = await runImport([join(root, 'outer.zip')]);
    expect(outcome.items).toBe(1);
    expect(outcome.skipped).toEqual([{ file: 'inner.zip', reason: expect.stringContaining('archive') }]);
  });

  it('makes several folders classes by their names', async () => {
    const root = await folderOf({ 'cats/1.png': await picture(1), 'dogs/1.png': await picture(2) });
    const imported = await runImport([join(root, 'dogs'), join(root, 'cats')]);
    expect(imported.manifest.classes).toEqual(['cats', 'dogs']);
    expect(imported.lines.map(({ name }) => name)).toEqual(['cats/1.png', 'dogs/1.png']);
  });
});

describe('an import', () => {
  it('gives the same pack, items and statistics every time', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let seed = 0; seed < 60; seed++)
      files[`${seed % 3}/${seed}.${seed % 2 ? 'png' : 'jpg'}`] = await picture(
        seed,
        seed % 2 ? 'png' : 'jpeg',
        18 + (seed % 5),
        20,
      );
    const root = await folderOf(files);
    const [a, b] = [
      await runImport([root], { height: 80, width: 80, seed: 5 }),
      await runImport([root], { height: 80, width: 80, seed: 5 }),
    ];
    for (const file of ['pack-80x80x3.u8', 'thumbs-64x64x3.u8', 'items.jsonl']) {
      expect((await readFile(join(a.staging, file))).equals(await readFile(join(b.staging, file)))).toBe(true);
    }
    expect({ ...a.manifest, createdAt: '' }).toEqual({ ...b.manifest, createdAt: '' });
    expect(a.outcome.splits).toEqual({ train: 54, test: 6 });
    const other = await runImport([root], { height: 80, width: 80, seed: 6 });
    expect(other.lines.map(({ split }) => split)).not.toEqual(a.lines.map(({ split }) => split));
  });

  it('tells how far it is, ending with all done', async () => {
    const files = Object.fromEntries(
      await Promise.all(Array.from({ length: 30 }, async (_, i) => [`${i}.png`, await picture(i)])),
    );
    const root = await folderOf({ ...files, 'x.txt': 'x' });
    const seen: ImportProgress[] = [];
    await importDataset({
      sources: [root],
      staging: join(await temporaryDirectory(), 's'),
      options: optionsOf(),
      onProgress: (progress) => seen.push(progress),
    });
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['looking', 'reading', 'finishing']);
    expect(seen.filter(({ phase }) => phase === 'reading').at(-1)).toMatchObject({ done: 31, total: 31, skipped: 1 });
  });

  it('stops when cancelled, leaving a folder without a manifest and no open work', async () => {
    const files: Record<string, Uint8Array> = Object.fromEntries(
      await Promise.all(Array.from({ length: 200 }, async (_, i) => [`${i}.png`, await picture(i)])),
    );
    const root = await folderOf({
      ...files,
      'x.tar': await tar(Object.entries(files).map(([name, content]) => ({ name, content }))),
    });
    for (const source of [root, join(root, 'x.tar')]) {
      const staging = join(await temporaryDirectory(), 'staging');
      const controller = new AbortController();
      const onProgress = ({ phase }: ImportProgress): void => void (phase === 'reading' && controller.abort());
      const cancelled = importDataset({
        sources: [source],
        staging,
        options: optionsOf(),
        signal: controller.signal,
        onProgress,
      });
      await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await readdir(staging)).not.toContain('dataset.json');
    }
  });

  it('refuses to write over a dataset', async () => {
    const root = await folderOf({ '1.png': await picture(1) });
    const { staging } = await runImport([root]);
    await expect(importDataset({ sources: [root], staging, options: optionsOf() })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});
