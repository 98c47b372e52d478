import { describe, expect, it } from 'vitest';
import { choosePreviewItems } from '../../../../main/engine/training/previews';

const index = (labels: number[], test: number[]) => ({
  labels: Int32Array.from(labels),
  splits: {
    test: Uint32Array.from(test),
    train: Uint32Array.from(labels.keys()).filter((item) => !test.includes(item)),
  },
});
const classOf = (item: number) => item % 3;
const thirty = Array.from({ length: 90 }, (_, item) => classOf(item));

describe('the items of previews', () => {
  it('are held out, differ, and take turns through the classes', () => {
    const test = Array.from({ length: 60 }, (_, at) => at + 30);
    const chosen = choosePreviewItems(index(thirty, test), 16);
    expect(new Set(chosen).size).toBe(16);
    expect(chosen.every((item) => item >= 30)).toBe(true);
    const counts = [0, 1, 2].map((label) => chosen.filter((item) => classOf(item) === label).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('are all there are where there are few, and training items where none is held out', () => {
    expect(choosePreviewItems(index([0, 0, 0, 1, 2], [1, 2, 4]), 16).sort()).toEqual([1, 2, 4]);
    expect(choosePreviewItems(index([0, 1, 0], []), 16).sort()).toEqual([0, 1, 2]);
  });

  it('fill up from large classes where others are small, and know items without a class', () => {
    const labels = [-1, ...Array<number>(20).fill(0), 1];
    const chosen = choosePreviewItems(index(labels, [...labels.keys()]), 8);
    expect(new Set(chosen).size).toBe(8);
    expect(chosen).toContain(0);
    expect(chosen).toContain(21);
  });
});
