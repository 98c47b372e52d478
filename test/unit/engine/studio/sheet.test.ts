import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Items } from '../../../../shared/contract';
import { evenlySpread } from '../../../../main/engine/studio/reconstruct';
import { layOut, sheetOf } from '../../../../main/engine/studio/sheet';

describe('a sheet of pictures', () => {
  const grey: Items = {
    signal: { kind: 'picture', height: 32, width: 48, channels: 1 },
    dtype: 'u8',
    count: 2,
    data: new Uint8Array(2 * 32 * 48).fill(7, 32 * 48),
  };
  const colour: Items = {
    ...grey,
    signal: { ...grey.signal, channels: 3 },
    data: Uint8Array.from({ length: 2 * 32 * 48 * 3 }, (_, at) => at % 3),
  };

  it('has a row a run, pixels as squares and white between', () => {
    const { pixels, height, width } = layOut([grey, colour]);
    expect([height, width]).toEqual([2 * 64 + 4, 2 * 96 + 4]);
    const at = (y: number, x: number) => [...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
    expect(at(0, 0)).toEqual([0, 0, 0]);
    expect(at(63, 195)).toEqual([7, 7, 7]);
    expect(at(10, 98)).toEqual([255, 255, 255]);
    expect(at(65, 3)).toEqual([255, 255, 255]);
    expect(at(68, 0)).toEqual([0, 1, 2]);
    expect(at(131, 195)).toEqual([0, 1, 2]);
  });

  it('comes as one PNG and as one a row', async () => {
    const { sheet, rows } = await sheetOf([grey, colour]);
    expect(await sharp(sheet).metadata()).toMatchObject({ format: 'png', width: 196, height: 132 });
    const sizes = await Promise.all(rows.map((row) => sharp(row).metadata()));
    expect(sizes.map(({ width, height }) => [width, height])).toEqual([
      [196, 64],
      [196, 64],
    ]);
  });

  it('shows items from the whole split, each once', () => {
    const items = Uint32Array.from({ length: 100 }, (_, at) => 1000 + at);
    expect([...evenlySpread(items, 4)]).toEqual([1000, 1025, 1050, 1075]);
    expect([...evenlySpread(items.subarray(0, 3), 12)]).toEqual([1000, 1001, 1002]);
  });
});
