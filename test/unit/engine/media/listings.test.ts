import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyDataset } from '../../../../main/engine/media';
import { parseListing } from '../../../../main/engine/media/import/listing-file';
import { picture, tar } from './fixtures';
import { classOf, folderOf, runImport } from './importing';

const png = await picture(1);
const pictures = (...paths: string[]): Record<string, Uint8Array> =>
  Object.fromEntries(paths.map((path) => [path, png]));
const said = async (files: Record<string, Uint8Array | string>, archived = false) => {
  const folder = await folderOf(
    archived
      ? {
          'x.tar': await tar(
            Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content as string) })),
          ),
        }
      : files,
  );
  const imported = await runImport([archived ? join(folder, 'x.tar') : folder]);
  const items = Object.fromEntries(
    imported.lines.map(({ name, split }) => [name, `${split} ${classOf(imported, name) ?? '-'}`]),
  );
  return {
    items,
    notes: imported.outcome.notes,
    skipped: imported.outcome.skipped.map(({ file }) => file),
    classes: imported.manifest.classes,
    checked: (await verifyDataset(imported.staging)).state,
  };
};

describe('lists beside pictures', () => {
  it('give Tiny ImageNet’s val/ its classes, in a folder and in an archive', async () => {
    const files = {
      ...pictures(
        'train/n01/images/n01_0.png',
        'train/n02/images/n02_0.png',
        'val/images/val_0.png',
        'val/images/val_1.png',
        'test/images/t0.png',
      ),
      'train/n01/n01_boxes.txt': 'n01_0.png\t0\t0\t9\t9\n',
      'val/val_annotations.txt': 'val_0.png\tn02\t0\t32\t44\t62\nval_1.png\tn01\t52\t55\t57\t59\n',
      'wnids.txt': 'n01\nn02\n',
    };
    for (const archived of [false, true]) {
      const { items, notes, skipped, classes } = await said(files, archived);
      expect(items).toMatchObject({
        'val/images/val_0.png': 'test n02',
        'val/images/val_1.png': 'test n01',
        'test/images/t0.png': 'test -',
        'train/n01/images/n01_0.png': 'train n01',
      });
      expect(classes).toEqual(['n01', 'n02']);
      expect(notes).toContain('Classes of 2 pictures are from val/val_annotations.txt.');
      expect(skipped.sort()).toEqual(['train/n01/n01_boxes.txt', 'wnids.txt']);
    }
  });

  it('with headings give classes, by names with or without ending, to the split they are named after', async () => {
    const files = {
      ...pictures('train/1.png', 'train/2.png', 'train/3.png', 'test/1.png'),
      'trainLabels.csv': 'id,label\n1,frog\n2,"big, red truck"\n3,frog\n',
    };
    expect((await said(files)).items).toEqual({
      'train/1.png': 'train frog',
      'train/2.png': 'train big, red truck',
      'train/3.png': 'train frog',
      'test/1.png': 'test -',
    });
  });

  it('may say the split in a column', async () => {
    const rows = ['file_name,split,label', 'a.png,train,x', 'b.png,validation,y', 'c.png,train,y'];
    const { items, notes } = await said({ ...pictures('a.png', 'b.png', 'c.png'), 'metadata.csv': rows.join('\r\n') });
    expect(items).toEqual({ 'a.png': 'train x', 'b.png': 'test y', 'c.png': 'train y' });
    expect(notes).toContain('Splits are from the lists: metadata.csv.');
  });

  it('of train and test give the splits of class folders, as in Food-101', async () => {
    const files = {
      ...pictures('food/images/pie/1.png', 'food/images/pie/2.png', 'food/images/soup/3.png'),
      'food/meta/train.txt': 'pie/1\nsoup/3\n',
      'food/meta/test.txt': 'pie/2\n',
      'food/meta/classes.txt': 'pie\nsoup\n',
    };
    const { items, skipped } = await said(files);
    expect(items).toEqual({
      'food/images/pie/1.png': 'train pie',
      'food/images/pie/2.png': 'test pie',
      'food/images/soup/3.png': 'train soup',
    });
    expect(skipped).toEqual(['food/meta/classes.txt']);
  });

  it('with paths and numbers, as for Caffe, leave the classes of folders alone', async () => {
    const files = {
      ...pictures('a/1.png', 'a/2.png', 'b/3.png', 'b/4.png'),
      'train.txt': 'a/1.png 0\nb/3.png 1\n',
      'val.txt': 'a/2.png 0\nb/4.png 1\n',
    };
    expect((await said(files)).items).toEqual({
      'a/1.png': 'train a',
      'a/2.png': 'test a',
      'b/3.png': 'train b',
      'b/4.png': 'test b',
    });
  });

  it('with other classes than the folders’ name none: those of the folders are used, and that is said', async () => {
    const list = 'file,category\na/1.png,monster\na/2.png,monster\nb/3.png,icon\nb/4.png,monster\n';
    const { items, classes, notes } = await said({
      ...pictures('a/1.png', 'a/2.png', 'b/3.png', 'b/4.png'),
      'captions.csv': list,
    });
    expect(Object.values(items).map((item) => item.split(' ')[1])).toEqual(['a', 'a', 'b', 'b']);
    expect(classes).toEqual(['a', 'b']);
    expect(notes).toContain('captions.csv also names classes: the folders’ are used.');
    expect(notes.join()).not.toContain('Classes of');
  });

  it('that say the same as the folders are not spoken of', async () => {
    const list = 'file,label\na/1.png,a\nb/2.png,b\n';
    const { classes, notes } = await said({ ...pictures('a/1.png', 'b/2.png'), 'labels.csv': list });
    expect(classes).toEqual(['a', 'b']);
    expect(notes.join()).not.toContain('labels.csv');
  });

  it('with other classes than the words of file names leave these, and that is said', async () => {
    const { classes, notes } = await said({
      ...pictures('cat.0.png', 'cat.1.png', 'dog.0.png', 'dog.1.png'),
      'labels.csv': 'file,label\ncat.0.png,x\ncat.1.png,x\ndog.0.png,y\ndog.1.png,y\n',
    });
    expect(classes).toEqual(['cat', 'dog']);
    expect(notes).toContain('labels.csv also names classes: the words that file names begin with are used.');
  });

  it('give the classes where folders give none, or all the same one', async () => {
    const list = 'file,category\n1.png,monster\n2.png,monster\n3.png,icon\n4.png,monster\n';
    for (const places of [
      ['', '', '', ''],
      ['all/', 'all/', 'all/', 'all/'],
      ['train/all/', 'train/all/', 'train/', 'train/'],
    ]) {
      const files = pictures(...places.map((folder, at) => `${folder}${at + 1}.png`));
      const { items, classes, notes } = await said({ ...files, 'list.csv': list });
      expect(Object.values(items).map((item) => item.split(' ')[1])).toEqual(
        Object.keys(items).map((name) => (name.includes('3') ? 'icon' : 'monster')),
      );
      expect(classes).toEqual(['icon', 'monster']);
      expect(notes).toContain('Classes of 4 pictures are from list.csv.');
    }
  });

  it('of many pictures are counted as numbers are written', async () => {
    const files = Array.from({ length: 1200 }, (_, at) => `${at}.png`);
    const list = files.map((name, at) => `${name},${at % 2 === 0 ? 'x' : 'y'}`).join('\n');
    const { notes } = await said({ ...pictures(...files), 'list.csv': `file,label\n${list}\n` });
    expect(notes).toContain('Classes of 1,200 pictures are from list.csv.');
  });

  it('or folders give no class that no item has', async () => {
    const files = {
      ...pictures('a/1.png', 'c/2.png', 'd/3.png'),
      'b/4.png': png.subarray(0, png.length - 40),
    };
    const { items, classes, checked } = await said(files);
    expect(classes).toEqual(['a', 'c', 'd']);
    expect(Object.values(items).map((item) => item.split(' ')[1])).toEqual(['a', 'c', 'd']);
    expect(checked).toBe('right');
    const listed = { ...pictures('1.png', '2.png', '4.png'), '3.png': files['b/4.png'] };
    expect((await said({ ...listed, 'l.csv': 'file,label\n1.png,x\n2.png,z\n3.png,y\n4.png,x\n' })).classes).toEqual([
      'x',
      'z',
    ]);
  });

  it('that disagree about splits are not used for them, and that is said', async () => {
    const files = {
      ...pictures('1.png', '2.png'),
      'train1.txt': '1.png\n',
      'test1.txt': '2.png\n',
      'train2.txt': '2.png\n',
    };
    expect((await said(files)).notes.join()).toContain('disagree about splits');
  });

  it('of other things, of captions and of measures are no classes', async () => {
    const shots = pictures('1.png', '2.png', '3.png');
    for (const list of [
      'name,label\nx.png,a\ny.png,b\n',
      'file,label\n1.png,0.25\n2.png,0.5\n3.png,0.75\n',
      '1.png,a cat\n2.png,a dog\n3.png,a hat\n',
    ])
      expect(
        new Set(Object.values((await said({ ...shots, 'labels.csv': list })).items).map((item) => item.split(' ')[1])),
      ).toEqual(new Set(['-']));
  });

  it('one a picture, as WebDataset has them, give classes', async () => {
    const { items, skipped } = await said(
      { ...pictures('000.png', '001.png'), '000.cls': '7', '001.cls': '3\n', '001.json': '{}' },
      true,
    );
    expect(Object.values(items).map((item) => item.split(' ')[1])).toEqual(['7', '3']);
    expect(skipped).toEqual(['001.json']);
  });

  it('are read whatever is in them', () => {
    expect(parseListing('labels.csv', '')).toBeNull();
    expect(parseListing('labels.csv', '\uFEFFfile,label\n"a ""b"".png",x\n')?.entries.get('a "b".png')).toEqual({
      label: 'x',
      split: null,
    });
    expect(parseListing('train.txt', '__proto__ constructor\n')?.entries.size).toBe(1);
  });
});
