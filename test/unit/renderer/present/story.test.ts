import { describe, expect, it } from 'vitest';
import { chapters, factsOf, turned, vectorChapters } from '@/features/present/story';
import en from '@/i18n/en/present.json';
import type { CodesLatent } from '@shared/specs';
import zh from '@/i18n/zh-CN/present.json';

const reference: CodesLatent = {
  kind: 'codes',
  levels: [{ axes: [8, 8], depth: 1, codes: 512, dimension: 64 }],
};

describe('the presentation', () => {
  it('tells the true sizes of the reference model', () => {
    expect(factsOf({ height: 32, width: 32, channels: 3 }, reference)).toEqual({
      height: 32,
      width: 32,
      values: 3072,
      rows: 8,
      columns: 8,
      cells: 64,
      codes: 512,
      layers: 1,
      bits: 576,
      pixelBits: 24576,
      factor: 43,
    });
  });

  it('turns every cell, the upper left first and the lower right last', () => {
    const grid = { height: 3, width: 3 };
    const at = (time: number): number[] => Array.from({ length: 9 }, (_, cell) => turned(cell, grid, time));
    expect(at(0)).toEqual(new Array(9).fill(0));
    expect(at(1)).toEqual(new Array(9).fill(1));
    const middle = at(0.5);
    expect(middle[0]).toBe(1);
    expect(middle[8]).toBe(0);
  });

  it('has words for each chapter in both languages', () => {
    for (const messages of [en, zh])
      expect(new Set(Object.keys(messages.present.chapter))).toEqual(new Set([...chapters, ...vectorChapters]));
  });
});
