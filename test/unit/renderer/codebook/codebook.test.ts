import { describe, expect, it } from 'vitest';
import { columnsFor, moveCursor } from '@/features/codebook/grid-cursor';
import { historyHeat, type UsageHistory } from '@/features/codebook/history';
import { orderCodes, placesIn } from '@/features/codebook/orders';
import { heat, positionHeat, summarizeUsage } from '@/features/codebook/usage';

describe('orders of codes', () => {
  const counts = Uint32Array.from([5, 0, 9, 5]);
  const byLikeness = Int32Array.from([3, 1, 0, 2]);

  it('put the most used first and keep the numbering among equals', () => {
    expect([...orderCodes('use', counts, byLikeness)]).toEqual([2, 0, 3, 1]);
  });

  it('follow likeness or the numbering when asked', () => {
    expect([...orderCodes('likeness', counts, byLikeness)]).toEqual([3, 1, 0, 2]);
    expect([...orderCodes('index', counts, byLikeness)]).toEqual([0, 1, 2, 3]);
  });

  it('tell where a code stands', () => {
    expect([...placesIn(Int32Array.from([2, 0, 1]))]).toEqual([1, 2, 0]);
  });
});

describe('a summary of use', () => {
  it('finds a perplexity of K and log2 K bits when all K codes are used evenly', () => {
    const summary = summarizeUsage([3, 3, 3, 3]);
    expect(summary.perplexity).toBeCloseTo(4);
    expect(summary.bits).toBeCloseTo(2);
    expect(summary).toMatchObject({ usage: 1, deadCodes: 0, largestShare: 0.25 });
  });

  it('finds a perplexity of 1 when one code does all the work', () => {
    const counts = new Uint32Array(64);
    counts[7] = 100;
    const summary = summarizeUsage(counts);
    expect(summary.perplexity).toBeCloseTo(1);
    expect(summary).toMatchObject({ usage: 1 / 64, deadCodes: 63, largestShare: 1 });
  });

  it('survives an empty split', () => {
    expect(summarizeUsage([0, 0])).toMatchObject({ perplexity: 0, usage: 0, deadCodes: 2, bits: 0 });
  });
});

describe('brightness', () => {
  it('runs from 0 for the least used to 1 for the most used, in steps of ratio, and is none for a dead code', () => {
    const [dead, least, middle, most] = heat([0, 10, 100, 1000]);
    expect(dead).toBeNaN();
    expect([least, middle, most].map((value) => Number(value!.toFixed(6)))).toEqual([0, 0.5, 1]);
  });

  it('is full where all codes are used alike', () => {
    expect([...heat([5, 5])]).toEqual([1, 1]);
  });

  it('shows a code’s own places, whatever the others do', () => {
    const positions = Uint32Array.from([0, 2, 4, 0, /* code 1: */ 100, 0, 0, 50]);
    expect([...positionHeat(positions, 0, 4)]).toEqual([0, 0.5, 1, 0]);
    expect([...positionHeat(positions, 1, 4)]).toEqual([1, 0, 0, 0.5]);
  });
});

describe('use over time', () => {
  const history: UsageHistory = { steps: [100, 200], codes: 4, counts: Uint32Array.from([4, 0, 0, 0, 1, 1, 1, 1]) };

  it('is a row an evaluation, a column a code in the order chosen', () => {
    const { width, values } = historyHeat(history, Int32Array.from([3, 2, 1, 0]), 100);
    expect(width).toBe(4);
    expect(values[0]).toBeNaN();
    expect(values[3]).toBe(1);
    expect(values[4]).toBeCloseTo(values[7]!);
  });

  it('pools codes where there are more than columns', () => {
    const { width, values } = historyHeat(history, Int32Array.from([0, 1, 2, 3]), 2);
    expect(width).toBe(2);
    expect(values[0]).toBe(1);
    expect(values[1]).toBeNaN();
  });
});

describe('the cursor of a grid', () => {
  it('moves by cell and row and stays inside', () => {
    expect(moveCursor('ArrowRight', 4, 5, 12)).toBe(5);
    expect(moveCursor('ArrowDown', 4, 5, 12)).toBe(9);
    expect(moveCursor('ArrowDown', 9, 5, 12)).toBe(9);
    expect(moveCursor('ArrowUp', 3, 5, 12)).toBe(3);
    expect(moveCursor('Home', 7, 5, 12)).toBe(5);
    expect(moveCursor('End', 10, 5, 12)).toBe(11);
    expect(moveCursor('PageDown', 4, 5, 12)).toBe(9);
    expect(moveCursor('PageUp', 9, 5, 12)).toBe(4);
    expect(moveCursor('x', 0, 5, 12)).toBeNull();
  });

  it('fits as many cells as stand side by side', () => {
    expect([columnsFor(100, 30, 5), columnsFor(10, 30, 5)]).toEqual([3, 1]);
  });
});
