import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SIDE, COUNT, PIXELS, grey, images, labels, load, pixelsOf, classesOf, plain, thrice } from './array-fixtures';
import { idx, npy, npz, tar } from './fixtures';
import { folderOf, runImport } from './importing';

describe('labels of arrays', () => {
  const text = (names: string[]): Uint8Array =>
    npy(
      '<U3',
      [names.length],
      Uint32Array.from(names.flatMap((name) => [...name.padEnd(3, '\0')].map((letter) => letter.codePointAt(0)!))),
    );
  const abc = ['a', 'bc', 'd', 'a', 'bc', 'd'];
  const oneHot = npy(
    '<f8',
    [COUNT, 3],
    Float64Array.from({ length: COUNT * 3 }, (_, at) => Number(at % 3 === Math.floor(at / 3) % 3)),
  );

  it.each<[string, Record<string, Uint8Array>, (string | null)[]]>([
    ['text', { images, labels: text(abc) }, abc],
    ['byte strings', { images, labels: npy('|S2', [COUNT], 'a\0bcd\0a\0bcd\0') }, abc],
    ['one-hot rows', { images, labels: oneHot }, thrice],
    ['a column', { images, labels: npy('|u1', [COUNT, 1], Uint8Array.of(0, 1, 2, 0, 1, 2)) }, thrice],
    ['whole floats', { images, labels: npy('<f4', [COUNT], Float32Array.of(0, 1, 2, 0, 1, 2)) }, thrice],
    ['data and target', { data: images, target: labels }, thrice],
    ['train_x and train_y', { train_x: images, train_y: labels }, thrice],
    ['trainX and trainY', { trainX: images, trainY: labels }, thrice],
    ['X and y', { X: images, y: labels }, thrice],
    ['img and lbl', { img: images, lbl: labels }, thrice],
    ['arr_0 and arr_1', { arr_0: images, arr_1: labels }, thrice],
    ['images and target', { images, target: labels }, thrice],
    [
      'numbers with names of classes',
      { images, labels, label_names: text(['cat', 'dog', 'eel']) },
      ['cat', 'dog', 'eel', 'cat', 'dog', 'eel'],
    ],
    [
      'the finer of two',
      { images, coarse_labels: npy('|u1', [COUNT], new Uint8Array(COUNT)), fine_labels: labels },
      thrice,
    ],
  ])('are found as %s', async (_how, arrays, expected) => {
    expect(classesOf(await load(arrays))).toEqual(expected);
  });

  it('are found for each split, and a part for validation is held out, with a note', async () => {
    const part = (count: number): [Uint8Array, Uint8Array] => [
      npy('|u1', [count, SIDE, SIDE], Uint8Array.from(grey(count))),
      npy(
        '|u1',
        [count, 1],
        Uint8Array.from({ length: count }, (_, i) => i),
      ),
    ];
    const [train_images, train_labels] = part(4);
    const [val_images, val_labels] = part(2);
    const [test_images, test_labels] = part(3);
    const imported = await load({ train_images, train_labels, val_images, val_labels, test_images, test_labels });
    expect(imported.manifest.splits).toEqual({ train: 4, test: 5 });
    expect(imported.lines.map(({ label }) => label)).toEqual([0, 1, 2, 3, 0, 1, 0, 1, 2]);
    expect(imported.outcome.notes).toContain('“val_images” is held out for testing.');
  });

  it('that do not fit in number, or are of objects or records, leave pictures without classes and are told', async () => {
    const short = await load({ images, labels: npy('|u1', [2], Uint8Array.of(0, 1)) });
    expect(classesOf(short)).toEqual(Array(COUNT).fill(null));
    expect(short.outcome.notes.join('\n')).toContain('images holds 6 pictures, but labels 2 labels.');
    for (const odd of [
      npy('|O', [COUNT], '\x80\x04.'),
      npy("[('a', '<i4'), ('b', '<f4')]", [COUNT], new Uint8Array(COUNT * 8)),
    ]) {
      const imported = await load({ images, labels: odd });
      expect(classesOf(imported)).toEqual(Array(COUNT).fill(null));
      expect(imported.outcome.notes.join('\n')).toMatch(/Not used: “labels” in set.npz: an array of/);
    }
  });

  it('are found in another file: KMNIST pairs, .npy pairs, folders of images and labels', async () => {
    const test = [npy('|u1', [2, SIDE, SIDE], Uint8Array.from(grey(2))), npy('|u1', [2], Uint8Array.of(2, 0))] as const;
    const layouts: Record<string, Uint8Array>[] = [
      {
        'kmnist-train-imgs.npz': npz({ arr_0: images }),
        'kmnist-train-labels.npz': npz({ arr_0: labels }),
        'kmnist-test-imgs.npz': npz({ arr_0: test[0] }),
        'kmnist-test-labels.npz': npz({ arr_0: test[1] }),
      },
      {
        'train_images.npy': images,
        'train_labels.npy': labels,
        'test_images.npy': test[0],
        'test_labels.npy': test[1],
      },
      {
        'images/train.npy': images,
        'labels/train.npy': labels,
        'images/test.npy': test[0],
        'labels/test.npy': test[1],
      },
      { 'X_train.npy': images, 'y_train.npy': labels, 'X_test.npy': test[0], 'y_test.npy': test[1] },
    ];
    for (const files of layouts) {
      const imported = await runImport([await folderOf(files)]);
      expect(imported.outcome).toMatchObject({ splits: { train: 6, test: 2 }, skipped: [] });
      const byName = imported.lines.map(({ name, label }) => [name.includes('test'), label] as const);
      expect(byName.filter(([isTest]) => isTest).map(([, label]) => label)).toEqual([2, 0]);
      expect(byName.filter(([isTest]) => !isTest).map(([, label]) => label)).toEqual([0, 1, 2, 0, 1, 2]);
    }
  });

  it('inside a tar, which is read only front to back, are found too', async () => {
    const archive = await tar([
      {
        name: 'd/X.npy',
        content: npy(
          '<f4',
          [COUNT, SIDE, SIDE],
          Float32Array.from(grey(), (value) => value / 255),
        ),
      },
      { name: 'd/y.npy', content: labels },
    ]);
    const imported = await runImport([join(await folderOf({ 'x.tar': archive }), 'x.tar')]);
    expect(pixelsOf(imported)).toEqual(plain);
    expect(classesOf(imported)).toEqual(thrice);
  });
});

describe('IDX files', () => {
  const typed = (code: number, shape: number[], bytes: Uint8Array): Uint8Array => {
    const file = Buffer.from(idx(shape, bytes));
    file[2] = code;
    return file;
  };
  const bigEndian = (bytes: number, write: (view: DataView, at: number, value: number) => void): Uint8Array => {
    const view = new DataView(new ArrayBuffer(grey().length * bytes));
    grey().forEach((value, i) => write(view, i * bytes, value));
    return new Uint8Array(view.buffer);
  };

  it.each<[string, number, Uint8Array]>([
    ['bytes', 0x08, bigEndian(1, (view, at, value) => view.setUint8(at, value))],
    ['signed bytes', 0x09, bigEndian(1, (view, at, value) => view.setInt8(at, value - 128))],
    ['16-bit integers', 0x0b, bigEndian(2, (view, at, value) => view.setInt16(at, value))],
    ['32-bit integers', 0x0c, bigEndian(4, (view, at, value) => view.setInt32(at, value))],
    ['float32', 0x0d, bigEndian(4, (view, at, value) => view.setFloat32(at, value / 255))],
    ['float64', 0x0e, bigEndian(8, (view, at, value) => view.setFloat64(at, value / 255))],
  ])('of %s are read', async (_type, code, bytes) => {
    const file = typed(code, [COUNT, SIDE, SIDE], bytes);
    const root = await folderOf({
      'train-images-idx3': file,
      't10k-images-idx3.gz': gzipSync(file),
      'train-labels-idx1': idx([COUNT], [0, 1, 2, 0, 1, 2]),
    });
    const imported = await runImport([root]);
    expect(pixelsOf(imported)).toEqual([...plain, ...plain]);
    expect(classesOf(imported).slice(COUNT)).toEqual(thrice);
  });

  it('take the first column of QMNIST’s labels', async () => {
    const table = Buffer.alloc(COUNT * 8 * 4);
    for (let row = 0; row < COUNT; row++)
      for (let column = 0; column < 8; column++)
        table.writeInt32BE(column === 0 ? row % 3 : row * 100 + column, (row * 8 + column) * 4);
    const root = await folderOf({
      'qmnist-train-images-idx3-ubyte.gz': gzipSync(idx([COUNT, SIDE, SIDE], grey())),
      'qmnist-train-labels-idx2-int.gz': gzipSync(typed(0x0c, [COUNT, 8], table)),
    });
    expect(classesOf(await runImport([root]))).toEqual(thrice);
  });

  it('of EMNIST are turned upright, with a note', async () => {
    const upright = Uint8Array.from({ length: PIXELS }, (_, at) => (Math.floor(at / SIDE) === 5 ? 255 : 0));
    const stored = Uint8Array.from({ length: PIXELS }, (_, at) => (at % SIDE === 5 ? 255 : 0));
    const root = await folderOf({
      'emnist-letters-train-images-idx3-ubyte.gz': gzipSync(idx([1, SIDE, SIDE], stored)),
      'emnist-letters-train-labels-idx1-ubyte.gz': gzipSync(idx([1], [20])),
    });
    const imported = await runImport([root]);
    expect(pixelsOf(imported)).toEqual([[...upright]]);
    expect(imported.outcome.notes.join()).toContain('were turned upright');
  });
});
