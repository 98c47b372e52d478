import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
