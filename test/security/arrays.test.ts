import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCollector } from '../../main/engine/media/kinds/picture/collections';
import { defaultLimits } from '../../main/engine/media/limits';
import type { SourceFile } from '../../main/engine/media/sources';
import { AppError } from '../../shared/errors';
import { idx, npy } from '../unit/engine/media/fixtures';

/** A file that lies in memory. */
function fileOf(path: string, bytes: Uint8Array): SourceFile {
  return {
    path,
    location: null,
    size: async () => bytes.length,
    head: async (count) => bytes.subarray(0, count),
    read: async () => bytes,
    async *stream() {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
  };
}

/** Looks through files as an import does and reads every picture found; how many there were. */
async function readAll(files: Record<string, Uint8Array>, sequential = false): Promise<number> {
  const signal = new AbortController().signal;
  const collector = createCollector({ limits: defaultLimits, signal, range: 'auto', sequential });
  const opened = Object.entries(files).map(([path, bytes]) => fileOf(path, bytes));
  for (const file of opened) await collector.examine(file, await file.head(512));
  let count = 0;
  for (const [path, collections] of collector.finish().collections) {
    for (const collection of collections) {
      try {
        for await (const { pixels } of collection.pictures(opened.find((file) => file.path === path)!)) {
          expect(pixels).toHaveLength(collection.height * collection.width * collection.channels);
          count += 1;
        }
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(AppError);
      }
    }
  }
  return count;
}

const side = fc.constantFrom(0, 1, 2, 3, 4, 7, 16, 28, 784, 4096, 65535, 2 ** 31, 2 ** 52);
const descriptor = fc.constantFrom(
  '|u1',
  '|b1',
  '<f2',
  '>f4',
  '<f8',
  '<i8',
  '>u2',
  '|i1',
  '<U3',
  '|S2',
  '|O',
  '<M8',
  '|V9',
  'u',
);
const name = fc.constantFrom('x_train.npy', 'y_train.npy', 'masks.npy', 'images.npy', 'labels.npy', 'class_names.npy');

describe('hostile arrays', () => {
  it('of any header, type, order and length give pictures of the shape promised, or a reason', async () => {
    const array = fc
      .tuple(descriptor, fc.array(side, { maxLength: 5 }), fc.uint8Array({ maxLength: 3000 }), fc.boolean())
      .map(([type, shape, elements, fortran]) => npy(type, shape, elements, fortran));
    const files = fc.dictionary(name, array, { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(files, fc.boolean(), async (given, sequential) => {
        expect(await readAll(given, sequential)).toBeLessThanOrEqual(4 * 3000);
      }),
      { numRuns: 400 },
    );
  });

  it('in IDX, STL-10 and CIFAR files of any bytes do likewise', async () => {
    const start = fc
      .tuple(
        fc.constantFrom(8, 9, 11, 12, 13, 14, 1),
        fc.array(
          side.filter((value) => value < 2 ** 32),
          { minLength: 1, maxLength: 4 },
        ),
      )
      .map(([type, shape]) => {
        const header = Buffer.from(idx(shape, []));
        header[2] = type;
        return header;
      });
    const bytes = fc.oneof(
      fc.tuple(start, fc.uint8Array({ maxLength: 3000 })).map((parts) => Buffer.concat(parts)),
      fc.uint8Array({ minLength: 3073, maxLength: 3074 }),
      fc.constantFrom(27648, 27647).map((length) => new Uint8Array(length).fill(9)),
    );
    const path = fc.constantFrom(
      'train-images-idx3-ubyte',
      'train-labels-idx1-ubyte',
      'train_X.bin',
      'train_y.bin',
      'a.bin',
      'class_names.txt',
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(path, bytes, { maxKeys: 4 }), async (given) => {
        await readAll(given);
      }),
      { numRuns: 400 },
    );
  });

  it('that promise far more than they hold make nobody allocate it', async () => {
    const before = process.memoryUsage().rss;
    for (const fortran of [false, true]) {
      for (const shape of [
        [1, 4096, 4096, 4],
        [3, 4096, 4096],
        [100_000, 64, 64, 3],
        [60_000, 784],
      ])
        expect(await readAll({ 'images.npy': npy('<f8', shape, new Uint8Array(900), fortran) })).toBe(0);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });
});
