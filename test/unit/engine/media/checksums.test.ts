import { chmod, open, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyDataset } from '../../../../main/engine/media';
import { createBlockSums } from '../../../../main/engine/media/pack/checksums';
import { idx } from './fixtures';
import { folderOf, runImport } from './importing';

/** 500 pictures of 64 × 64: two blocks of pixels. */
async function imported(): Promise<string> {
  const pixels = Uint8Array.from({ length: 500 * 64 * 64 }, (_, i) => (i * 31) >> 5);
  const { staging } = await runImport([await folderOf({ 'images-idx3-ubyte': idx([500, 64, 64], pixels) })]);
  return staging;
}

async function flip(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0]! ^= 16;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}

const MEBIBYTE = 1024 * 1024;
const pack = 'pack-64x64x1.u8';

describe('checksums of a dataset', () => {
  it('are those of blocks, whatever pieces the bytes come in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.integer({ min: 1, max: 30 }), (pieces, blockBytes) => {
        const sums = createBlockSums(blockBytes);
        pieces.forEach(sums.add);
        const whole = Buffer.concat(pieces);
        const expected = Array.from({ length: Math.ceil(whole.length / blockBytes) }, (_, block) =>
          crc32(whole.subarray(block * blockBytes, (block + 1) * blockBytes)),
        );
        expect(sums.finish()).toEqual({ bytes: whole.length, crc32: expected });
      }),
    );
  });

  it('are written by an import, match what it wrote, and name every block that has changed since', async () => {
    const directory = await imported();
    const total = (await Promise.all([pack, 'items.jsonl'].map((name) => stat(join(directory, name))))).reduce(
      (sum, { size }) => sum + size,
      0,
    );
    expect(await verifyDataset(directory)).toMatchObject({ state: 'right', damage: [], blocks: 0 });
    const seen: number[] = [];
    await verifyDataset(directory, {
      onProgress: (done, all) => void (expect(done).toBeLessThanOrEqual(all), seen.push(done)),
    });
    expect(seen.at(-1)).toBeGreaterThanOrEqual(total);

    await flip(join(directory, pack), MEBIBYTE + 5);
    await flip(join(directory, 'items.jsonl'), 30);
    const size = (await stat(join(directory, pack))).size;
    expect(await verifyDataset(directory)).toMatchObject({
      state: 'damaged',
      blocks: 2,
      damage: [
        { file: pack, offset: MEBIBYTE, bytes: size - MEBIBYTE },
        { file: 'items.jsonl', offset: 0 },
      ],
    });
  });

  it('tell of a file that is cut off or gone', async () => {
    const directory = await imported();
    await truncate(join(directory, pack), MEBIBYTE / 2);
    await rm(join(directory, 'items.jsonl'));
    const { state, damage } = await verifyDataset(directory);
    expect(state).toBe('damaged');
    expect(damage.map(({ file, offset }) => [file, offset])).toEqual([
      [pack, 0],
      [pack, MEBIBYTE],
      ['items.jsonl', 0],
    ]);
  });

  it('are made once for a dataset from before there were any, whose later damage is seen', async () => {
    const directory = await imported();
    await rm(join(directory, 'checksums.json'));
    expect(await verifyDataset(directory)).toMatchObject({ state: 'new', damage: [] });
    expect(JSON.parse(await readFile(join(directory, 'checksums.json'), 'utf8'))).toMatchObject({
      version: 1,
      since: 'later',
    });
    expect(await verifyDataset(directory)).toMatchObject({ state: 'right' });
    await flip(join(directory, pack), 0);
    expect(await verifyDataset(directory)).toMatchObject({ state: 'damaged', damage: [{ file: pack, offset: 0 }] });
  });

  it('stay away where the folder can’t be written to, and are refused where they are damaged themselves', async () => {
    const directory = await imported();
    await flip(join(directory, 'checksums.json'), 0);
    await expect(verifyDataset(directory)).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: 'checksums.json is damaged.',
    });
    await rm(join(directory, 'checksums.json'));
    await chmod(directory, 0o500);
    try {
      expect(await verifyDataset(directory)).toMatchObject({ state: 'new' });
    } finally {
      await chmod(directory, 0o700);
    }
  });

  it('are given up when nobody wants to know any more', async () => {
    const directory = await imported();
    await expect(verifyDataset(directory, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
