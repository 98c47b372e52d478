import { describe, expect, it } from 'vitest';
import { createPlaceChooser } from '../../../../main/engine/studio/places';

const chosenOf = (limit: number, items: readonly [item: number, cells: number[]][]) => {
  const chooser = createPlaceChooser(limit);
  for (const [item, cells] of items) chooser.add(item, cells);
  return chooser.places();
};

describe('the choice of places', () => {
  it('takes every place where there are few', () => {
    expect(
      chosenOf(10, [
        [3, [1, 5]],
        [8, [0]],
      ]),
    ).toEqual([
      { item: 3, cell: 1 },
      { item: 3, cell: 5 },
      { item: 8, cell: 0 },
    ]);
  });

  it('takes one of each item before a second of any', () => {
    const many = Array.from({ length: 64 }, (_, cell) => cell);
    const places = chosenOf(4, [
      [0, many],
      [1, [7]],
      [2, [9]],
      [3, many],
    ]);
    expect(places.map(({ item }) => item)).toEqual([0, 1, 2, 3]);
    expect(
      chosenOf(6, [
        [0, many],
        [1, [7]],
        [2, [9]],
        [3, many],
      ]),
    ).toHaveLength(6);
  });

  it('draws from the whole split and from all cells, not from the beginning', () => {
    const items = Array.from({ length: 1000 }, (_, item): [number, number[]] => [
      item,
      Array.from({ length: 64 }, (_, cell) => cell),
    ]);
    const places = chosenOf(200, items);
    const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
    expect(mean(places.map(({ item }) => item))).toBeGreaterThan(400);
    expect(mean(places.map(({ item }) => item))).toBeLessThan(600);
    expect(mean(places.map(({ cell }) => cell))).toBeGreaterThan(24);
    expect(mean(places.map(({ cell }) => cell))).toBeLessThan(40);
  });

  it('doesn’t depend on the order in which items are shown', () => {
    const items = Array.from({ length: 50 }, (_, item): [number, number[]] => [item, [item % 16, 3 + (item % 5)]]);
    expect(chosenOf(12, [...items].reverse())).toEqual(chosenOf(12, items));
  });
});
