import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importDataset, openPack, readItemIndex } from '../../../../main/engine/media';
import { records } from '../../../../main/engine/media/kinds/picture/collections/records';
import { looksLikeIdx, parseIdxHeader } from '../../../../main/engine/media/kinds/picture/collections/idx';
import { inOrder } from '../../../../main/engine/media/import/ordered';
import { createStatistics } from '../../../../main/engine/media/pack';
import { createShrinker, thumbnailSize } from '../../../../main/engine/media/kinds/picture/thumbnail';
import { AppError } from '../../../../shared/errors';
import { optionsOf, picture, temporaryDirectory, writeTree } from './fixtures';

async function smallDataset(): Promise<string> {
  const root = await writeTree(join(await temporaryDirectory(), 'p'), {
    '1.png': await picture(1),
    '2.png': await picture(2),
  });
  const staging = join(await temporaryDirectory(), 'dataset');
  await importDataset({ sources: [root], staging, options: optionsOf() });
  return staging;
}

describe('openPack', () => {
  it('refuses a folder without a dataset, a damaged manifest and a pack of the wrong size', async () => {
    expect(() => openPack('/nowhere')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    const torn = await smallDataset();
    await truncate(join(torn, 'pack-20x20x3.u8'), 1000);
    expect(() => openPack(torn)).toThrow(expect.objectContaining({ code: 'BAD_FILE' }));
    const damaged = await smallDataset();
    await writeFile(join(damaged, 'dataset.json'), '{"version":1}');
    expect(() => openPack(damaged)).toThrow(/dataset\.json is not right at/);
  });

  it('reads into a buffer that is given', async () => {
    const pack = openPack(await smallDataset());
    const buffer = new Uint8Array(2 * pack.itemValues);
    expect(pack.readItems([1, 1], buffer)).toBe(buffer);
    expect(buffer.subarray(0, pack.itemValues)).toEqual(pack.readItem(1));
    pack.close();
  });

  it('names the damaged line of items.jsonl', async () => {
    const directory = await smallDataset();
    await appendFile(join(directory, 'items.jsonl'), '{"name":\n');
    await expect(readItemIndex(directory, 2)).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('line 3'),
    });
  });
});

describe('records', () => {
  it('cuts any chunking of a stream into the same records', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 17 }),
        fc.nat(9),
        fc.array(fc.integer({ min: 1, max: 50 })),
        async (bytes, size, offset, cuts) => {
          async function* chunks(): AsyncGenerator<Uint8Array> {
            let at = 0;
            for (const cut of cuts) yield bytes.subarray(at, (at += cut));
            yield bytes.subarray(at);
          }
          const found: number[][] = [];
          for await (const record of records(chunks(), size, offset)) found.push([...record]);
          const body = bytes.subarray(offset);
          const expected = Array.from({ length: Math.floor(body.length / size) }, (_, i) => [
            ...body.subarray(i * size, (i + 1) * size),
          ]);
          expect(found).toEqual(expected);
        },
      ),
    );
  });
});

describe('parseIdxHeader', () => {
  it('reads any header, answers null or says BAD_FILE', () => {
    const start = fc.tuple(fc.constantFrom(1, 3, 4, 2, 9), fc.uint8Array({ maxLength: 16 }));
    fc.assert(
      fc.property(start, ([rank, rest]) => {
        const bytes = Buffer.concat([Buffer.of(0, 0, 8, rank), rest]);
        try {
          const header = parseIdxHeader(bytes);
          expect(header !== null).toBe(looksLikeIdx(bytes));
          if (header !== null) expect(Number.isSafeInteger(header.count)).toBe(true);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});

describe('inOrder', () => {
  it('keeps the order of inputs and never has more under way than allowed', async () => {
    let underWay = 0;
    let most = 0;
    async function* inputs(): AsyncGenerator<number> {
      for (let i = 0; i < 50; i++) yield i;
    }
    const work = async (input: number): Promise<number> => {
      most = Math.max(most, ++underWay);
      for (let turns = (input * 7) % 5; turns > 0; turns--) await new Promise(setImmediate);
      underWay -= 1;
      return input;
    };
    const results: number[] = [];
    for await (const result of inOrder(inputs(), work, 6)) results.push(result);
    expect(results).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(most).toBeLessThanOrEqual(6);
    expect(most).toBeGreaterThan(1);
  });

  it('waits for what is under way when it fails', async () => {
    let underWay = 0;
    async function* inputs(): AsyncGenerator<number> {
      for (let i = 0; i < 20; i++) yield i;
    }
    const work = async (input: number): Promise<void> => {
      underWay += 1;
      await new Promise(setImmediate);
      underWay -= 1;
      if (input === 3) throw new Error('third');
    };
    const run = async (): Promise<void> => {
      for await (const result of inOrder(inputs(), work, 8)) void result;
    };
    await expect(run()).rejects.toThrow('third');
    expect(underWay).toBe(0);
  });
});

describe('statistics and thumbnails', () => {
  const colour = { kind: 'picture', height: 2, width: 2, channels: 3 } as const;

  it('gathers the same from parts as from the whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: 9 }),
        fc.nat(9),
        (items, cut) => {
          const [whole, first, second] = [createStatistics(colour), createStatistics(colour), createStatistics(colour)];
          items.forEach((item, i) => [whole, i < cut ? first : second].forEach((statistics) => statistics.add(item)));
          first.merge(second);
          expect(first.variance()).toEqual(whole.variance());
          expect(first.pooledVariance()).toBe(whole.pooledVariance());
        },
      ),
    );
  });

  it('shrinks by the mean of the area a pixel covers', () => {
    expect(thumbnailSize({ height: 64, width: 64 })).toBeNull();
    expect(thumbnailSize({ height: 32, width: 256 })).toEqual({ height: 8, width: 64 });
    const half = createShrinker({ height: 2, width: 4 }, { height: 1, width: 2 }, 1);
    expect([...half(Uint8Array.of(0, 10, 100, 100, 20, 30, 200, 200))]).toEqual([15, 150]);
    const uneven = createShrinker({ height: 1, width: 3 }, { height: 1, width: 2 }, 1);
    expect([...uneven(Uint8Array.of(0, 90, 255))]).toEqual([30, 200]);
  });
});
