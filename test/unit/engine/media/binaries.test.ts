import { describe, expect, it } from 'vitest';
import { classesOf, pixelsOf } from './array-fixtures';
import { cifarBatch, picture } from './fixtures';
import { folderOf, runImport } from './importing';

describe('CIFAR batches', () => {
  const ten = [
    { label: [3], colour: [1, 2, 3] as [number, number, number] },
    { label: [9], colour: [250, 0, 9] as [number, number, number] },
  ];
  const hundred = [{ label: [19, 42], colour: [5, 6, 7] as [number, number, number] }];
  const fine = Array.from({ length: 100 }, (_, i) => `fine ${i}`).join('\n');

  it('are known by their content under another name, with names of classes beside them', async () => {
    const root = await folderOf({
      'cifar-100-train.bin': cifarBatch(hundred),
      'cifar-100-test.bin': cifarBatch(hundred),
      'fine_label_names.txt': fine,
      'coarse_label_names.txt': 'a\nb',
    });
    const imported = await runImport([root]);
    expect(imported.outcome).toMatchObject({ splits: { train: 1, test: 1 }, skipped: [] });
    expect(classesOf(imported)).toEqual(['fine 42', 'fine 42']);
    expect(pixelsOf(imported)[0]!.slice(0, 3)).toEqual([5, 6, 7]);
  });

  it.each(['cifar10-batch-1.bin', 'data_batch_1', 'train.dat'])('of ten classes are known as %s', async (name) => {
    const imported = await runImport([await folderOf({ [name]: cifarBatch(ten) })]);
    expect(classesOf(imported)).toEqual(['3', '9']);
    expect(pixelsOf(imported)[1]!.slice(0, 3)).toEqual([250, 0, 9]);
  });

  it('are not seen in a file of the same size with other labels', async () => {
    const root = await folderOf({
      'noise.bin': cifarBatch([{ label: [77], colour: [1, 2, 3] }]),
      'a.png': await picture(1),
    });
    const { outcome } = await runImport([root]);
    expect(outcome).toMatchObject({ items: 1, skipped: [{ file: 'noise.bin' }] });
  });
});

describe('STL-10', () => {
  const SIDE = 96;
  /** Value at row `y`, column `x`; a picture stores its planes column by column. */
  const level = (n: number, c: number, y: number, x: number): number => (n * 50 + c * 80 + y * 2 + (x % 3)) % 256;
  const stored = (count: number): Uint8Array =>
    Uint8Array.from({ length: count * 3 * SIDE * SIDE }, (_, at) =>
      level(
        Math.floor(at / SIDE / SIDE / 3),
        Math.floor(at / SIDE / SIDE) % 3,
        at % SIDE,
        Math.floor(at / SIDE) % SIDE,
      ),
    );
  const names = 'airplane bird car cat deer dog horse monkey ship truck'.replaceAll(' ', '\n');

  it('is read upright, with classes counted from 1, and unlabelled pictures to train on', async () => {
    const root = await folderOf({
      'stl10_binary/train_X.bin': stored(3),
      'stl10_binary/train_y.bin': Uint8Array.of(1, 9, 2),
      'stl10_binary/test_X.bin': stored(2),
      'stl10_binary/test_y.bin': Uint8Array.of(10, 1),
      'stl10_binary/unlabeled_X.bin': stored(1),
      'stl10_binary/class_names.txt': names,
    });
    const imported = await runImport([root]);
    expect(imported.manifest).toMatchObject({
      signal: { height: SIDE, width: SIDE, channels: 3 },
      splits: { train: 4, test: 2 },
    });
    expect(imported.outcome.skipped).toEqual([]);
    expect(imported.lines.map(({ name, split }, i) => [name, split, classesOf(imported)[i]])).toEqual([
      ['stl10_binary/test_X.bin#0', 'test', 'truck'],
      ['stl10_binary/test_X.bin#1', 'test', 'airplane'],
      ['stl10_binary/train_X.bin#0', 'train', 'airplane'],
      ['stl10_binary/train_X.bin#1', 'train', 'ship'],
      ['stl10_binary/train_X.bin#2', 'train', 'bird'],
      ['stl10_binary/unlabeled_X.bin#0', 'train', null],
    ]);
    const expected = Array.from({ length: SIDE * SIDE * 3 }, (_, at) =>
      level(1, at % 3, Math.floor(at / 3 / SIDE), Math.floor(at / 3) % SIDE),
    );
    expect(pixelsOf(imported)[3]).toEqual(expected);
  });

  it('is read without names of classes, by number', async () => {
    const root = await folderOf({ 'train_X.bin': stored(2), 'train_y.bin': Uint8Array.of(3, 10) });
    expect(classesOf(await runImport([root]))).toEqual(['3', '10']);
  });
});
