import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openPack, readItemIndex } from '../../../../main/engine/media';
import { writeNpz } from '../../../../main/engine/formats/npz';
import { cifarBatch, idx, picture, tar } from './fixtures';
import { classOf, folderOf, runImport } from './importing';

describe('importing collections', () => {
  it('pairs IDX pictures with labels, train and t10k as splits', async () => {
    const images = (count: number): Uint8Array =>
      idx(
        [count, 16, 16],
        Uint8Array.from({ length: count * 256 }, (_, i) => i >> 8),
      );
    const root = await folderOf({
      'train-images-idx3-ubyte.gz': gzipSync(images(3)),
      'train-labels-idx1-ubyte.gz': gzipSync(idx([3], [9, 10, 9])),
      't10k-images.idx3-ubyte': images(2),
      't10k-labels.idx1-ubyte': idx([2], [10, 2]),
    });
    const imported = await runImport([root]);
    expect(imported.manifest).toMatchObject({
      signal: { kind: 'picture', height: 16, width: 16, channels: 1 },
      classes: ['2', '9', '10'],
      splits: { train: 3, test: 2 },
    });
    expect(imported.outcome.skipped).toEqual([]);
    expect(classOf(imported, 'train-images-idx3-ubyte#1')).toBe('10');
    const pack = openPack(imported.staging);
    expect(new Set(pack.readItem(4))).toEqual(new Set([2]));
    pack.close();
    const index = await readItemIndex(imported.staging, 5);
    expect([...index.splits.test]).toEqual([0, 1]);
    expect([...index.labels]).toEqual([2, 0, 1, 2, 1]);
  });

  it('imports what there is of an IDX file that is cut off, and says so', async () => {
    const whole = idx([4, 16, 16], new Uint8Array(4 * 256).fill(7));
    const root = await folderOf({ 'images-idx3-ubyte': whole.subarray(0, whole.length - 300) });
    const { outcome } = await runImport([root]);
    expect(outcome.items).toBe(2);
    expect(outcome.skipped[0]).toMatchObject({
      file: 'images-idx3-ubyte',
      reason: expect.stringContaining('only 2 of its 4'),
    });
  });

  it('reads CIFAR-10 batches, in a folder or an archive, with names of classes', async () => {
    const names = 'airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n';
    const files = {
      'cifar/batches.meta.txt': Buffer.from(names),
      'cifar/data_batch_1.bin': cifarBatch([
        { label: [3], colour: [1, 2, 3] },
        { label: [0], colour: [250, 0, 9] },
      ]),
      'cifar/test_batch.bin': cifarBatch([{ label: [9], colour: [7, 7, 7] }]),
    };
    const archive = await tar(
      Object.entries(files).map(([name, content]) => ({ name, content })),
      true,
    );
    const root = await folderOf({ ...files, 'x.tgz': archive });
    for (const source of [join(root, 'cifar'), join(root, 'x.tgz')]) {
      const imported = await runImport([source]);
      expect(imported.manifest).toMatchObject({
        signal: { height: 32, width: 32, channels: 3 },
        splits: { train: 2, test: 1 },
      });
      expect(imported.lines.map(({ label }) => imported.manifest.classes[label!])).toEqual([
        'cat',
        'airplane',
        'truck',
      ]);
      const pack = openPack(imported.staging);
      expect([...pack.readItem(1).subarray(0, 6)]).toEqual([250, 0, 9, 250, 0, 9]);
      pack.close();
    }
  });

  it('takes the fine label of CIFAR-100, and refuses a batch that is not whole', async () => {
    const root = await folderOf({
      'train.bin': cifarBatch([{ label: [1, 42], colour: [5, 6, 7] }]),
      'data_batch_1.bin': 'short',
    });
    const imported = await runImport([root]);
    expect(classOf(imported, 'train.bin#0')).toBe('42');
    expect(imported.outcome.skipped).toEqual([
      { file: 'data_batch_1.bin', reason: expect.stringContaining('3073-byte records') },
    ]);
  });

  it('reads pictures and labels of a .npz, bytes or numbers from 0 to 1', async () => {
    const train = { shape: [2, 16, 16, 3], data: Uint8Array.from({ length: 2 * 768 }, (_, i) => i % 251) };
    const test = { shape: [1, 16, 16, 3], data: new Float32Array(768).fill(0.5) };
    test.data[0] = 1;
    const arrays = {
      x_train: train,
      y_train: { shape: [2], data: Int32Array.of(4, 1) },
      x_test: test,
      y_test: { shape: [1, 1], data: Uint8Array.of(4) },
    };
    const root = await folderOf({ 'set.npz': writeNpz({ arrays }) });
    const imported = await runImport([join(root, 'set.npz')]);
    expect(imported.manifest).toMatchObject({
      name: 'set',
      classes: ['1', '4'],
      splits: { train: 2, test: 1 },
      signal: { channels: 3 },
    });
    expect(imported.lines.map(({ label }) => label)).toEqual([1, 0, 1]);
    expect(imported.outcome.notes.join()).toMatch(/x_test.*0 to 1/);
    const pack = openPack(imported.staging);
    expect([...pack.readItem(1)]).toEqual([...train.data.subarray(768)]);
    expect([...pack.readItem(2).subarray(0, 3)]).toEqual([255, 128, 128]);
    pack.close();
  });

  it('refuses numbers it can make no pixels of', async () => {
    const images = { shape: [1, 16, 16], data: new Float64Array(256).fill(-900) };
    const root = await folderOf({ 'odd.npz': writeNpz({ arrays: { images } }), 'ok.png': await picture(1) });
    const { outcome } = await runImport([root]);
    expect(outcome.skipped).toEqual([{ file: 'odd.npz', reason: expect.stringContaining('expected 0 to 1') }]);
  });

  it('pairs gzipped IDX files inside a tar, which is read only front to back', async () => {
    const pictures = Uint8Array.from({ length: 300 * 256 }, (_, i) => (i * 31) >> 4);
    const content = {
      'images-idx3-ubyte.gz': gzipSync(idx([300, 16, 16], pictures)),
      'labels-idx1-ubyte.gz': gzipSync(idx([300], pictures.subarray(0, 300))),
    };
    const archive = await tar(
      Object.entries(content).map(([name, bytes]) => ({ name: `mnist/${name}`, content: bytes })),
    );
    const root = await folderOf({ 'x.tar': archive });
    const imported = await runImport([join(root, 'x.tar')]);
    expect(imported.outcome).toMatchObject({ items: 300, skipped: [] });
    expect(classOf(imported, 'mnist/images-idx3-ubyte#299')).toBe(String(pictures[299]));
    const pack = openPack(imported.staging);
    expect(pack.readItem(299)).toEqual(pictures.slice(299 * 256));
    pack.close();
  });

  it('lists labels whose pictures are missing', async () => {
    const root = await folderOf({ 'train-labels-idx1-ubyte': idx([2], [1, 2]), 'a.png': await picture(1) });
    const { outcome } = await runImport([root]);
    expect(outcome.skipped).toEqual([{ file: 'train-labels-idx1-ubyte', reason: expect.stringContaining('missing') }]);
  });
});
