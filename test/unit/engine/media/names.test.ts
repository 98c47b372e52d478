import { Buffer } from 'node:buffer';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createEncodingGuess, decodeName, type Encoding } from '../../../../main/engine/media/sources/name-encoding';
import { picture, rawZip, tar, temporaryDirectory } from './fixtures';
import { folderOf, runImport } from './importing';

/** Names in the encodings that archives have them in, as Python's codecs write them. */
const written: [Encoding, { text: string; hex: string }[]][] = [
  [
    'gbk',
    [
      { text: '动物/狗', hex: 'b6afceef2fb9b7' },
      { text: '花朵/猫', hex: 'bba8b6e42fc3a8' },
    ],
  ],
  ['gbk', [{ text: '猫/1', hex: 'c3a82f31' }]],
  ['gbk', [{ text: '照片', hex: 'd5d5c6ac' }]],
  [
    'shift_jis',
    [
      { text: '表示/1', hex: '955c8ea62f31' },
      { text: '能力/2', hex: '945c97cd2f32' },
      { text: 'ソ/3', hex: '835c2f33' },
    ],
  ],
  ['shift_jis', [{ text: 'ねこ', hex: '82cb82b1' }]],
  ['big5', [{ text: '圖片/花朵', hex: 'b9cfa4f92faae1a6b7' }]],
  ['euc-kr', [{ text: '고양이', hex: 'b0edbee7c0cc' }]],
  ['euc-kr', [{ text: '사진', hex: 'bbe7c1f8' }]],
  ['cp437', [{ text: 'café', hex: '63616682' }]],
  [
    'cp437',
    [
      { text: 'Müller', hex: '4d816c6c6572' },
      { text: 'Größe', hex: '477294e165' },
    ],
  ],
  ['cp866', [{ text: 'кошки', hex: 'aaaee8aaa8' }]],
  ['windows-1252', [{ text: 'café', hex: '636166e9' }]],
  ['utf-8', [{ text: '动物', hex: 'e58aa8e789a9' }]],
  ['utf-8', [{ text: 'café', hex: '636166c3a9' }]],
];

describe('the encoding of names', () => {
  it.each(written)('is found to be %s from the names alone', (encoding, names) => {
    const guess = createEncodingGuess();
    for (const { hex } of names) guess.add(Buffer.from(hex, 'hex'));
    expect(guess.best()).toBe(encoding);
    for (const { text, hex } of names) expect(decodeName(Buffer.from(hex, 'hex'), encoding)).toBe(text);
  });

  it('is nothing to ask about plain names', () => {
    const guess = createEncodingGuess();
    guess.add(Buffer.from('cat/1.png'));
    expect(guess.best()).toBeNull();
  });
});

const png = (hex: string): Uint8Array => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from('.png')]);

describe('names in a zip', () => {
  const zipOf = async (files: Parameters<typeof rawZip>[0]): Promise<string> => {
    const path = join(await temporaryDirectory(), 'set.zip');
    await writeFile(path, rawZip(files));
    return path;
  };

  it.each(written.filter(([, names]) => names.length > 1))(
    'in %s give their folders and a note',
    async (encoding, names) => {
      const content = await picture(1);
      const { lines, outcome } = await runImport([await zipOf(names.map(({ hex }) => ({ name: png(hex), content })))]);
      expect(lines.map(({ name }) => name)).toEqual(names.map(({ text }) => `${text}.png`));
      expect(outcome.notes.join()).toMatch(encoding === 'gbk' ? /read as GBK \(动物, 狗\.png, 花朵\)/ : /read as /);
    },
  );

  it('do not lose a folder to the second byte 0x5C of Shift-JIS', async () => {
    const content = await picture(1);
    const names = written[3]![1];
    const { manifest } = await runImport([await zipOf(names.map(({ hex }) => ({ name: png(hex), content })))]);
    expect(manifest.classes).toEqual(['ソ', '能力', '表示']);
  });

  it('are UTF-8 where they are, also without flag 11, and then there is nothing to note', async () => {
    const content = await picture(1);
    const name = Buffer.from('动物/狗.png');
    for (const flags of [0, 0x800]) {
      const { lines, outcome } = await runImport([await zipOf([{ name, content, flags }])]);
      expect(lines[0]!.name).toBe('动物/狗.png');
      expect(outcome.notes.join()).not.toContain('set.zip');
    }
  });

  it('come from Info-ZIP’s field of Unicode names where that is about this very name', async () => {
    const content = await picture(1);
    const name = Buffer.from('????.png');
    const field = (of: Uint8Array): Buffer => {
      const text = Buffer.from('花朵.png');
      const head = Buffer.alloc(9);
      head.writeUInt16LE(0x7075, 0);
      head.writeUInt16LE(5 + text.length, 2);
      head[4] = 1;
      head.writeUInt32LE(crc32(of), 5);
      return Buffer.concat([head, text]);
    };
    expect((await runImport([await zipOf([{ name, content, extra: field(name) }])])).lines[0]!.name).toBe('花朵.png');
    const stale = await zipOf([{ name, content, extra: field(Buffer.from('other.png')) }]);
    expect((await runImport([stale])).lines[0]!.name).toBe('????.png');
  });

  it('are read as a person says', async () => {
    const archive = await zipOf([{ name: png('c3a8'), content: await picture(1) }]);
    expect((await runImport([archive])).lines[0]!.name).toBe('猫.png');
    expect((await runImport([archive], { nameEncoding: 'utf-8' })).lines[0]!.name).toBe('è.png');
    expect((await runImport([archive], { nameEncoding: 'shift_jis' })).lines[0]!.name).toBe('ﾃｨ.png');
    expect((await runImport([archive], { nameEncoding: 'cp437' })).outcome.notes.join()).not.toContain('read as');
  });
});

describe('names in a tar', () => {
  it.each(['gbk', 'shift_jis'] as const)('in %s are read by what all of them are', async (encoding) => {
    const names = written.find(([of]) => of === encoding)![1];
    const content = await picture(1);
    const plain = names.map((_, i) => ({ name: `folder-${i}/file-${'x'.repeat(10)}.png`, content }));
    const archive = Buffer.from(await tar(plain));
    // tar-stream writes UTF-8 only: put the bytes in their place and mend the header's checksum
    for (const [i, { hex }] of names.entries()) {
      const at = archive.indexOf(plain[i]!.name);
      archive.fill(0, at, at + 100);
      png(hex).forEach((byte, k) => (archive[at + k] = byte));
      archive.fill(0x20, at + 148, at + 156);
      const sum = archive.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
      archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
    }
    const folder = await folderOf({ 'x.tar': archive, 'x.tgz': gzipSync(archive) });
    for (const file of ['x.tar', 'x.tgz']) {
      const { lines, outcome } = await runImport([join(folder, file)]);
      expect(lines.map(({ name }) => name)).toEqual(names.map(({ text }) => `${text}.png`));
      expect(outcome.notes.join()).toContain(`Names in ${file}`);
    }
  });

  it('are UTF-8 in pax headers and long GNU names', async () => {
    const name = `${'长'.repeat(60)}/猫.png`;
    const path = join(await folderOf({ 'x.tar': await tar([{ name, content: await picture(1) }]) }), 'x.tar');
    const { lines, outcome } = await runImport([path]);
    expect(lines[0]!.name).toBe(name);
    expect(outcome.notes.join()).not.toContain('read as');
  });
});

it('one name composed and decomposed is one class, in folders and archives', async () => {
  const [nfc, nfd] = ['café'.normalize('NFC'), 'café'.normalize('NFD')];
  const files = {
    [`train/${nfc}/1.png`]: await picture(1),
    [`train/thé/1.png`]: await picture(2),
    [`test/${nfd}/2.png`]: await picture(3),
  };
  const root = await folderOf(files);
  const archive = join(
    await folderOf({ 'x.tar': await tar(Object.entries(files).map(([name, content]) => ({ name, content }))) }),
    'x.tar',
  );
  for (const source of [root, archive]) {
    const { manifest, lines } = await runImport([source]);
    expect(manifest.classes).toEqual([nfc, 'thé'.normalize('NFC')]);
    expect(lines.map(({ label }) => label).sort()).toEqual([0, 0, 1]);
    for (const { name } of lines) expect(name).toBe(name.normalize('NFC'));
  }
});

// macOS and Windows have no such names
describe.runIf(process.platform === 'linux')('names on disk that are not UTF-8', () => {
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const below = (folder: string | Buffer, name: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(folder as string), Buffer.from('/'), name]);

  it('are imported, with � for what can’t be read, and a note', async () => {
    const root = await folderOf({ 'good.png': await picture(1) });
    await writeFile(below(root, png('626164fffe')), await picture(2));
    const { lines, outcome } = await runImport([root]);
    expect(lines.map(({ name }) => name)).toEqual(['bad��.png', 'good.png']);
    expect(outcome.skipped).toEqual([]);
    expect(outcome.notes.join()).toContain('Names that are not UTF-8: 1 (bad��.png).');
  });

  it('stay different classes, and are read in an encoding that was chosen', async () => {
    const root = await folderOf({});
    await mkdir(root);
    for (const [i, hex] of ['bba8b6e4', 'b6afceef'].entries()) {
      await mkdir(below(root, bytes(hex)));
      await writeFile(below(below(root, bytes(hex)), Buffer.from('1.png')), await picture(i));
    }
    expect((await runImport([root])).manifest.classes).toHaveLength(2);
    const read = await runImport([root], { nameEncoding: 'gbk' });
    expect(read.manifest.classes).toEqual(['动物', '花朵']);
    expect(read.outcome.notes.join()).toContain('read as GBK');
  });
});

it('passes over what systems leave behind, without a word', async () => {
  const left = [
    ...[
      '#recycle/a.png',
      'lost+found/a.txt',
      '@eaDir/cat/x.png',
      '$RECYCLE.BIN/x.png',
      'System Volume Information/x.png',
    ],
    ...['__MACOSX/cat/._1.png', '.Trash-1000/files/x.png', 'cat/Thumbs.db', 'desktop.ini', '.DS_Store', 'cat/._1.png'],
    ...[
      '.ipynb_checkpoints/1.png',
      '.git/x.png',
      '.AppleDouble/x.png',
      '@tmp/x.png',
      '#snapshot/x.png',
      '.@__thumb/x.png',
    ],
    ...['cat/Icon\r', 'found.000/x.png', '@Recycle/x.png', 'RECYCLER/x.png', '~$names.xlsx', 'ehthumbs.db'],
  ];
  const files: Record<string, Uint8Array> = { 'cat/1.png': await picture(1), 'dog/1.png': await picture(2) };
  for (const path of left) files[path] = await picture(3);
  const root = await folderOf(files);
  const archive = join(
    await folderOf({ 'x.tar': await tar(Object.entries(files).map(([name, content]) => ({ name, content }))) }),
    'x.tar',
  );
  for (const source of [root, archive]) {
    const { manifest, outcome } = await runImport([source]);
    expect(manifest.classes).toEqual(['cat', 'dog']);
    expect(outcome).toMatchObject({ items: 2, skippedCount: 0 });
  }
});
