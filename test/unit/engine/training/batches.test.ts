import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  type BatchOptions,
  type ItemBatches,
  batchOf,
  openBatches,
} from '../../../../main/engine/training/data/batches';
import { createOrder } from '../../../../main/engine/training/data/order';

const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-batches-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open: ItemBatches[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const itemBytes = 18;
const layout = {
  itemBytes,
  signal: { kind: 'picture', height: 2, width: 3, channels: 3 } as const,
  augmentation: { flip: false },
};
const mirrored = { ...layout, augmentation: { flip: true } };
/** Every byte tells which item and which value of it it is. */
const content = (item: number) => Array.from({ length: itemBytes }, (_, value) => item * 20 + value);

function pack(count: number): string {
  const file = path.join(folder, `pack-${count}.u8`);
  writeFileSync(file, Uint8Array.from(Array.from({ length: count }, (_, item) => content(item)).flat()));
  return file;
}

function batches(options: Partial<BatchOptions> = {}): ItemBatches {
  const made = openBatches({
    pack: { file: pack(12), ...layout },
    items: Uint32Array.from([1, 3, 5, 7, 9, 11]),
    batch: 4,
    accumulate: 1,
    seed: 1,
    firstStep: 1,
    ...options,
  });
  open.push(made);
  return made;
}

async function take(from: ItemBatches, count: number): Promise<number[][]> {
  const taken: number[][] = [];
  for (let step = 0; step < count; step++) {
    const pixels = await from.next();
    taken.push([...pixels]);
    from.recycle(pixels);
  }
  return taken;
}

describe('batches', () => {
  it('are the items that the order names, every one once an epoch', async () => {
    const found = await take(batches(), 3);
    const order = createOrder(1, 6);
    const items = [1, 3, 5, 7, 9, 11];
    const expected = Array.from({ length: 12 }, (_, at) => content(items[order(at)]!));
    expect(found.flat()).toEqual(expected.flat());
  });

  it('go on from any step as if they had been read from the first', async () => {
    const whole = await take(batches(), 9);
    expect(await take(batches({ firstStep: 6 }), 4)).toEqual(whole.slice(5));
  });

  it('mirror the chosen pictures left to right, colours kept', async () => {
    const options = { items: Uint32Array.from([0, 1]), batch: 4, accumulate: 1, seed: 4 };
    const [found] = await take(batches({ ...options, pack: { file: pack(12), ...mirrored } }), 1);
    const { items, bits } = batchOf(options, createOrder(4, 2), 1);
    const flips = [...bits].map((one) => one & 1);
    expect(flips).toContain(1);
    expect(flips).toContain(0);
    const turned = (pixels: number[]) =>
      [0, 1].flatMap((row) => [2, 1, 0].flatMap((column) => [0, 1, 2].map((c) => pixels[row * 9 + column * 3 + c]!)));
    const expected = [...items].flatMap((item, slot) => (flips[slot] ? turned(content(item)) : content(item)));
    expect(found).toEqual(expected);
  });

  it('that are accumulated are together what one large batch would be, mirrored pictures included', async () => {
    const options = { items: Uint32Array.from([0, 1, 2]), pack: { file: pack(12), ...mirrored }, seed: 4 };
    const large = await take(batches({ ...options, batch: 12 }), 2);
    const small = await take(batches({ ...options, batch: 4, accumulate: 3 }), 6);
    expect(small.flat()).toEqual(large.flat());
    expect(await take(batches({ ...options, batch: 4, accumulate: 3, firstStep: 2 }), 3)).toEqual(small.slice(3));
  });

  it('report a dataset that lost its end instead of training on old memory', async () => {
    const file = pack(11);
    truncateSync(file, 4 * itemBytes);
    const broken = batches({ pack: { file, ...layout } });
    await expect(take(broken, 3)).rejects.toMatchObject({ code: 'DISK' });
  });

  it('report a pack that is gone', async () => {
    const broken = batches({ pack: { file: path.join(folder, 'gone.u8'), ...layout } });
    await expect(broken.next()).rejects.toMatchObject({ code: 'DISK' });
  });
});
