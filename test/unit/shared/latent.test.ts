import { describe, expect, it } from 'vitest';
import { codeLevelSchema, latentBits, latentSize, layerCodes, layersOf, ownCanvas } from '@shared/specs';

const level = (height: number, width: number, depth: number, codes: number) => ({
  axes: [height, width],
  depth,
  codes,
  dimension: 4,
});
/** A coarse grid of one code a place above a finer one of three. */
const latent = { kind: 'codes' as const, levels: [level(1, 2, 1, 8), level(2, 2, 3, 16)] };

describe('the layers of a latent', () => {
  it('are one a stage of a level, each knowing where its codes stand', () => {
    expect(
      layersOf(latent).map(({ level, stage, codes, first, stride, firstCode }) => [
        level,
        stage,
        codes,
        first,
        stride,
        firstCode,
      ]),
    ).toEqual([
      [0, 0, 8, 0, 1, 0],
      [1, 0, 16, 2, 3, 8],
      [1, 1, 16, 3, 3, 24],
      [1, 2, 16, 4, 3, 40],
    ]);
  });

  it('share an item’s codes out among them, every code to one layer', () => {
    const indices = Int32Array.from({ length: latentSize(latent) }, (_, at) => at);
    const parts = layersOf(latent).map((layer) => [...layerCodes(layer, indices)]);
    expect(parts).toEqual([
      [0, 1],
      [2, 5, 8, 11],
      [3, 6, 9, 12],
      [4, 7, 10, 13],
    ]);
    expect(parts.flat().sort((a, b) => a - b)).toEqual([...indices]);
  });

  it('of one level and one code a place are that grid', () => {
    const [layer, ...others] = layersOf({ levels: [level(2, 3, 1, 8)] });
    expect(others).toEqual([]);
    expect([...layerCodes(layer!, [5, 4, 3, 2, 1, 0])]).toEqual([5, 4, 3, 2, 1, 0]);
  });
});

describe('a grid of codes', () => {
  it('may have any number of axes; a canvas needs two', () => {
    const line = { axes: [6], depth: 2, codes: 8, dimension: 4 };
    const clip = { axes: [2, 3, 4], depth: 1, codes: 4, dimension: 4 };
    const both = { kind: 'codes' as const, levels: [line, clip] };
    expect(layersOf(both).map(({ cells, first, stride }) => [cells, first, stride])).toEqual([
      [6, 0, 2],
      [6, 1, 2],
      [24, 12, 1],
    ]);
    expect(latentSize(both)).toBe(36);
    expect(latentBits(both)).toBe(12 * 3 + 24 * 2);
    expect(() => ownCanvas(both)).toThrow('2 axes, not 1');
  });

  it('of an earlier version had height and width', () => {
    const old = { height: 2, width: 3, depth: 1, codes: 8, dimension: 4 };
    expect(codeLevelSchema.parse(old)).toEqual(level(2, 3, 1, 8));
  });
});

describe('the size of a latent', () => {
  it('is the number of all its codes, or of the vector’s components', () => {
    expect(latentSize(latent)).toBe(2 + 12);
    expect(latentSize({ kind: 'vector', length: 7 })).toBe(7);
  });

  it('in bits is log₂ K a code and 32 a component', () => {
    expect(latentBits(latent)).toBe(2 * 3 + 12 * 4);
    expect(latentBits({ kind: 'vector', length: 7 })).toBe(224);
  });
});
