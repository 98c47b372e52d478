import { describe, expect, it } from 'vitest';
import { canBeLarger, latentOn, latentSize, ownCanvas, placesOf, type CodesLatent } from '../../../shared/specs';

const level = (height: number, width: number, depth = 1) => ({ axes: [height, width], depth, codes: 8, dimension: 2 });
const hierarchy: CodesLatent = { kind: 'codes', levels: [level(2, 3), level(4, 6, 2)] };

describe('the codes of a picture larger than the model’s own', () => {
  it('are as many more on each level as the canvas is larger', () => {
    expect(ownCanvas(hierarchy)).toEqual({ height: 2, width: 3 });
    const { levels } = latentOn(hierarchy, { height: 3, width: 5 });
    expect(levels.map(({ axes, depth }) => [...axes, depth])).toEqual([
      [3, 5, 1],
      [6, 10, 2],
    ]);
    expect(latentOn(hierarchy, ownCanvas(hierarchy))).toEqual(hierarchy);
  });

  it('hold those of every part, level by level, at the part’s place', () => {
    const [part, whole] = [ownCanvas(hierarchy), { height: 3, width: 5 }];
    const places = placesOf(hierarchy, part, whole, { top: 1, left: 2 });
    expect(places).toHaveLength(latentSize(hierarchy));
    expect([...places.subarray(0, 6)]).toEqual([7, 8, 9, 12, 13, 14]);
    // the finer level begins after 15 codes; its part begins at row 2, column 4, of two stages a place
    expect(places[6]).toBe(15 + (2 * 10 + 4) * 2);
    expect(places.at(-1)).toBe(15 + (5 * 10 + 9) * 2 + 1);
    expect(new Set(places).size).toBe(places.length);
  });

  it('are split among cells without overlap: every code belongs to one cell of the coarsest level', () => {
    const whole = { height: 3, width: 4 };
    const all = Array.from({ length: 12 }, (_, cell) => [
      ...placesOf(hierarchy, { height: 1, width: 1 }, whole, { top: Math.floor(cell / 4), left: cell % 4 }),
    ]).flat();
    expect(all.sort((a, b) => a - b)).toEqual([...Array(latentSize(latentOn(hierarchy, whole))).keys()]);
  });

  it('are only where levels are whole multiples of one another and a cell is not the whole picture', () => {
    expect(canBeLarger(hierarchy)).toBe(true);
    expect(canBeLarger({ levels: [level(4, 4), level(7, 7)] })).toBe(false);
    expect(canBeLarger({ levels: [level(1, 1, 9)] })).toBe(false);
  });
});
