import { Buffer } from 'node:buffer';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readItemLines, verifyDataset } from '../../../../main/engine/media';
import type { ItemTexts } from '../../../../shared/specs/dataset';
import { noTexts } from '../../../../shared/specs/dataset';
import { picture, tar } from './fixtures';
import { classOf, folderOf, runImport } from './importing';

const png = await picture(1);
const pictures = (...paths: string[]): Record<string, Uint8Array> =>
  Object.fromEntries(paths.map((path) => [path, png]));
const read = async (files: Record<string, Uint8Array | string>, archived = false) => {
  const entries = Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content as string) }));
  const folder = await folderOf(archived ? { 'x.tar': await tar(entries) } : files);
  const imported = await runImport([archived ? join(folder, 'x.tar') : folder]);
  return {
    ...imported.outcome,
    imported,
    texts: Object.fromEntries(
      imported.lines.map(({ name, captions, tags, fields }): [string, ItemTexts] => [name, { captions, tags, fields }]),
    ),
    classes: Object.fromEntries(imported.lines.map(({ name }) => [name, classOf(imported, name)])),
  };
};
const rows = (...values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('captions, tags and fields', () => {
  it('are read from JSON lines: lists, numbers, nested values and every language, in folders and archives', async () => {
    const files = {
      ...pictures('a.png', 'b.png'),
      'metadata.jsonl': rows(
        {
          file_name: 'a.png',
          captions: ['一只红色的风筝', 'a red kite'],
          sentences: [{ raw: 'uma pipa' }],
          tags: ['天空', 'red'],
          year: 2024,
          good: true,
          gone: null,
          objects: { bbox: [[1, 2]] },
        },
        { file_name: 'b.png', text: ' سماء ', keywords: 'x; y' },
      ),
    };
    for (const archived of [false, true]) {
      const { texts, notes, skipped, ...counts } = await read(files, archived);
      expect(texts).toEqual({
        'a.png': {
          captions: ['一只红色的风筝', 'a red kite', 'uma pipa'],
          tags: ['天空', 'red'],
          fields: { year: 2024, good: true, gone: null, objects: '{"bbox":[[1,2]]}' },
        },
        'b.png': { captions: ['سماء'], tags: ['x', 'y'], fields: {} },
      });
      expect(skipped).toEqual([]);
      expect(notes.join()).not.toContain('metadata.jsonl');
      expect(counts).toMatchObject({ captions: 4, tags: 4, fields: 4 });
    }
  });

  it('are read from CSV: quotes, line ends in them, marks, semicolons and zeros', async () => {
    const table =
      '\uFEFFname,file,caption,caption_zh,code,tags\r\nKite,a.png,"one, ""two""\r\nthree",风筝,007,"红, 蓝"\r\n,b.png,,,,\r\n';
    const { texts } = await read({ ...pictures('a.png', 'b.png'), 'captions.csv': table });
    expect(texts['a.png']).toEqual({
      captions: ['one, "two"\r\nthree', '风筝'],
      tags: ['红', '蓝'],
      fields: { name: 'Kite', code: '007' },
    });
    expect(texts['b.png']).toEqual(noTexts);
    const other = await read({ ...pictures('a.png'), 'captions.csv': 'file_name;caption\na.png;x, y\n' });
    expect(other.texts['a.png']!.captions).toEqual(['x, y']);
    const wide = Buffer.from('\uFEFFfile_name\tcaption\na.png\t风筝\n', 'utf16le');
    expect((await read({ ...pictures('a.png'), 'captions.tsv': wide })).texts['a.png']!.captions).toEqual(['风筝']);
  });

  it('belong to the path from the table, never to a name alone', async () => {
    const { texts, notes } = await read({
      ...pictures('a/0001.png', 'b/0001.png', 'c/0001.png', 'c/0002.png'),
      'captions.jsonl': rows({ file: 'a/0001.png', caption: 'top a' }, { file: '0001.png', caption: 'nobody' }),
      'b/metadata.csv': 'file_name,caption\n./0001.png,own b\n../c/0001.png,c from b\n../../0001.png,outside\n',
      'c/0002.txt': 'second\n第二\n\n',
      'd/0002.txt': 'of nothing',
    });
    expect(Object.fromEntries(Object.entries(texts).map(([name, { captions }]) => [name, captions]))).toEqual({
      'a/0001.png': ['top a'],
      'b/0001.png': ['own b'],
      'c/0001.png': ['c from b'],
      'c/0002.png': ['second', '第二'],
    });
    expect(notes).toContain('Rows of captions.jsonl that name no file here: 1 (0001.png).');
    expect(notes).toContain('Rows of b/metadata.csv that name no file here: 1 (../../0001.png).');
  });

  it('of several rows come together; other values stay beside each other, and repeated rows are said', async () => {
    const { texts, notes } = await read({
      ...pictures('a.png', 'b.png'),
      'captions.csv': 'file,caption,n\na.png,one,1\na.png,two,2\na.png,one,1\n',
    });
    expect(texts['a.png']).toEqual({ captions: ['one', 'two'], tags: [], fields: { n: '["1","2"]' } });
    expect(notes).toContain('Rows of captions.csv that repeat another: 1 (a.png).');
    const both = await read({
      ...pictures('a.png'),
      'captions.csv': 'file,year\na.png,2024\n',
      'captions.jsonl': rows({ file: 'a.png', year: 2024 }),
    });
    expect(both.texts['a.png']!.fields).toEqual({ year: '2024' });
    expect(notes).toContain('Files without a caption, tag or field: 1 (b.png).');
  });

  it('may stand in a file of each item: NAME.txt, and NAME.json as WebDataset has it', async () => {
    const { texts, skipped, classes } = await read(
      {
        ...pictures('image_1.png', 'image_2.v.png', 'image_3.png', 'boxes.png'),
        'image_1.txt': '\uFEFFa red car\n',
        'image_1.json': '{"caption":"红色汽车","width":640,"exif":{"iso":100}}',
        'image_2.txt': 'a house',
        'image_2.cls': 'x',
        'image_3.txt': '',
        'boxes.txt': '0 0.5 0.5 0.1 0.1\n1 0.2 0.3 0.1 0.1\n',
        'readme.txt': 'about all',
      },
      true,
    );
    expect(texts['image_1.png']).toEqual({
      captions: ['红色汽车', 'a red car'],
      tags: [],
      fields: { width: 640, exif: '{"iso":100}' },
    });
    expect(texts['image_2.v.png']!.captions).toEqual(['a house']);
    expect(texts['image_3.png']).toEqual(noTexts);
    expect(texts['boxes.png']!.fields).toEqual({ txt: '0 0.5 0.5 0.1 0.1\n1 0.2 0.3 0.1 0.1' });
    expect(skipped.map(({ file }) => file).sort()).toEqual(['image_3.txt', 'readme.txt']);
    expect(classes['image_1.png']).toBeUndefined();
  });

  it('of tables give classes and splits too, once', async () => {
    const { texts, classes, imported } = await read({
      ...pictures('a.png', 'b.png', 'c.png', 'd.png'),
      'metadata.jsonl': rows(
        { file_name: 'a.png', label: 'cat', split: 'train', caption: 'k' },
        { file_name: 'b.png', label: 'dog', split: 'validation', caption: 'k' },
        { file_name: 'c.png', label: 'cat', split: 'train', caption: 'k' },
        { file_name: 'd.png', label: 'dog', split: 'train', caption: 'k' },
      ),
    });
    expect(classes).toEqual({ 'a.png': 'cat', 'b.png': 'dog', 'c.png': 'cat', 'd.png': 'dog' });
    expect(imported.lines.map(({ split }) => split)).toEqual(['train', 'test', 'train', 'train']);
    expect(texts['b.png']!.fields).toEqual({ split: 'validation' });
    expect(texts['a.png']!.fields).toEqual({});
    const few = await read({
      ...pictures('1.png', '2.png', '3.png', '4.png'),
      'captions.csv': 'file,caption\n1.png,a cat\n2.png,a cat\n3.png,a dog\n4.png,a dog\n',
    });
    expect(Object.values(few.classes)).toEqual([undefined, undefined, undefined, undefined]);
    expect(few.captions).toBe(4);
  });

  it('that can’t be read harm nothing and are named', async () => {
    const gbk = Buffer.concat([Buffer.from('file_name,caption\na.png,'), Buffer.from([0xba, 0xec, 0xc9, 0xab])]);
    const { texts, skipped, notes } = await read({
      ...pictures('a.png', 'b.png'),
      'captions.csv': gbk,
      'b.txt': Buffer.from([0xba, 0xec, 0xff]),
      'metadata.jsonl': `${rows({ file_name: 'a.png', __proto__x: 1, caption: 'fine' }, { caption: 'whose?' })}not json\n[1]\n`,
    });
    expect(texts['a.png']!.captions).toEqual(['fine']);
    expect(texts['b.png']).toEqual(noTexts);
    expect(skipped).toEqual(
      expect.arrayContaining([
        { file: 'b.txt', reason: 'its text is not UTF-8: save it as UTF-8' },
        { file: 'captions.csv', reason: 'its text is not UTF-8: save it as UTF-8' },
      ]),
    );
    expect(notes).toContain('Rows of metadata.jsonl that can’t be read: 2.');
    expect(notes).toContain('Rows of metadata.jsonl that name no file here: 1 (–).');
  });

  it('are the same whether names and rows are written composed or not', async () => {
    const { texts } = await read({
      ...pictures('cafe\u0301.png'),
      'captions.csv': 'file,caption\ncaf\u00e9.png,coffee\n',
    });
    expect(Object.values(texts).map(({ captions }) => captions)).toEqual([['coffee']]);
  });

  it('that are missing take no room on the line, and lines of earlier versions open', async () => {
    const { imported } = await read(pictures('a.png'));
    const file = join(imported.staging, 'items.jsonl');
    expect(Object.keys(JSON.parse(await readFile(file, 'utf8')) as object)).toEqual([
      ...['name', 'label', 'split', 'width', 'height'],
    ]);
    await writeFile(file, '{"name":"old.png","label":null,"split":"train","width":1,"height":2}\n');
    for await (const line of readItemLines(imported.staging)) expect(line).toMatchObject(noTexts);
  });

  it('stay when classes are numbered anew, and the checksums are right', async () => {
    const { texts, imported } = await read({
      ...pictures('a/1.png', 'c/2.png', 'd/3.png'),
      'b/4.png': png.subarray(0, png.length - 40),
      'metadata.csv': 'file_name,caption\na/1.png,kept\n',
    });
    expect(texts['a/1.png']!.captions).toEqual(['kept']);
    expect((await verifyDataset(imported.staging)).state).toBe('right');
  });
});
