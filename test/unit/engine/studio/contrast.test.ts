import { describe, expect, it } from 'vitest';
import type { Items } from '@shared/contract';
import { drawnApart } from '../../../../main/engine/studio/contrast';

/** Tiles of one grey pixel and one more that is the same in all. */
const tilesOf = (values: readonly number[]): Items => ({
  signal: { kind: 'picture', height: 1, width: 2, channels: 1 },
  dtype: 'u8',
  count: values.length,
  data: Uint8Array.from(values.flatMap((value) => [value, 50])),
});

describe('tiles that hardly differ', () => {
  it('become their differences from the mean tile, amplified around grey', () => {
    const { tiles, gain } = drawnApart(tilesOf([98, 100, 102, 100]));
    expect(gain).toBe(32);
    expect([...tiles.data]).toEqual([64, 128, 128, 128, 192, 128, 128, 128]);
  });

  it('are no more than black and white where one is far off', () => {
    const values = [...Array.from({ length: 60 }, (_, i) => 99 + (i % 3)), 255];
    const { tiles, gain } = drawnApart(tilesOf(values));
    expect(gain).toBeGreaterThan(10);
    expect(tiles.data.at(-2)).toBe(255);
  });
});

it('tiles that differ anyway stay as they are', () => {
  const given = tilesOf([0, 120, 255, 30]);
  expect(drawnApart(given)).toEqual({ tiles: given, gain: 1 });
});

it('tiles that are all the same are all grey', () => {
  expect([...drawnApart(tilesOf([7, 7])).tiles.data]).toEqual([128, 128, 128, 128]);
});
