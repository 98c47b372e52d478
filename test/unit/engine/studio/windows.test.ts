import { describe, expect, it } from 'vitest';
import type { Items } from '../../../../shared/contract';
import { blendWindows } from '../../../../main/engine/studio/canvas';
import { coveringWindows, planWindows, type WindowOrder } from '../../../../main/engine/studio/windows';

const window = { height: 8, width: 8 };
const openOutside = (height: number, width: number, top: number, left: number) =>
  Array.from({ length: height * width }, (_, cell) => {
    const [row, column] = [Math.floor(cell / width) - top, (cell % width) - left];
    return row < 0 || row >= 8 || column < 0 || column >= 8;
  });
const lefts = (width: number, left: number, order: WindowOrder) =>
  planWindows(openOutside(8, width, 0, left), { height: 8, width }, window, order).map((corner) => corner.left);

describe('windows over a larger picture', () => {
  it('overlap by half and cover it to its borders', () => {
    expect(coveringWindows({ height: 8, width: 14 }, window)).toEqual([
      { top: 0, left: 0 },
      { top: 0, left: 4 },
      { top: 0, left: 6 },
    ]);
    expect(coveringWindows({ height: 9, width: 8 }, window).map(({ top }) => top)).toEqual([0, 1]);
    expect(coveringWindows(window, window)).toEqual([{ top: 0, left: 0 }]);
  });

  it('are drawn from the upper left where an order knows what is above and to the left', () => {
    expect(lefts(16, 0, 'down')).toEqual([4, 8]);
    expect(lefts(14, 0, 'down')).toEqual([4, 6]);
    const corners = planWindows(openOutside(12, 12, 0, 0), { height: 12, width: 12 }, window, 'down');
    expect(corners).toEqual([
      { top: 0, left: 4 },
      { top: 4, left: 0 },
      { top: 4, left: 4 },
    ]);
  });

  it('are drawn from what is settled outwards where all around is known', () => {
    expect(lefts(16, 8, 'outwards')).toEqual([4, 0]);
    expect(lefts(24, 8, 'outwards')).toEqual([4, 0, 12, 16]);
  });

  it.each(['down', 'outwards'] as const)('settle every open cell and pass over windows without one (%s)', (order) => {
    for (const [height, width, top, left] of [
      [8, 9, 0, 1],
      [20, 11, 7, 2],
      [16, 16, 8, 8],
    ] as const) {
      const canvas = { height, width };
      const open = openOutside(height, width, top, left);
      const settled = new Set<number>();
      for (const corner of planWindows(open, canvas, window, order)) {
        const before = settled.size;
        for (let at = 0; at < 64; at++) {
          const cell = (corner.top + Math.floor(at / 8)) * width + corner.left + (at % 8);
          if (open[cell]) settled.add(cell);
        }
        expect(settled.size).toBeGreaterThan(before);
      }
      expect(settled.size).toBe(open.filter(Boolean).length);
    }
    expect(planWindows(openOutside(8, 8, 0, 0), window, window, order)).toEqual([]);
  });
});

describe('pictures blended over each other', () => {
  it('show each alone where only it lies, and go over evenly where two lie', () => {
    const pixels = Uint8Array.from({ length: 2 * 4 }, (_, at) => (at < 4 ? 0 : 200));
    const pictures: Items = {
      signal: { kind: 'picture', height: 1, width: 4, channels: 1 },
      dtype: 'u8',
      count: 2,
      data: pixels,
    };
    const corners = [
      { top: 0, left: 0 },
      { top: 0, left: 2 },
    ];
    const whole = { kind: 'picture', height: 1, width: 6, channels: 1 } as const;
    // weights 1 2 2 1 of each: where they overlap 2 : 1, then 1 : 2
    expect([...blendWindows(pictures, corners, whole)]).toEqual([0, 0, 67, 133, 200, 200]);
  });
});
