import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClosest } from '../../../../main/engine/studio/closest';

const SIZE = 100;

describe('the rows closest to a query', () => {
  it('are those that a look at all of them finds, in whatever pieces they come', () => {
    const row = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: SIZE, maxLength: SIZE });
    const rows = fc.array(row, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rows, fc.tuple(row, row), fc.integer({ min: 1, max: 5 }), (all, queries, piece) => {
        const closest = createClosest(Float32Array.from(queries.flat()), SIZE, 3);
        for (let from = 0; from < all.length; from += piece)
          closest.add(Float32Array.from(all.slice(from, from + piece).flat()), from);
        queries.forEach((query, index) => {
          const wanted = all
            .map((one, number) => ({
              row: number,
              squared: one.reduce((sum, v, at) => sum + (v - query[at]!) ** 2, 0),
            }))
            .sort((a, b) => a.squared - b.squared || a.row - b.row)
            .slice(0, 3);
          expect(closest.nearest()[index]).toEqual(wanted);
        });
      }),
      { numRuns: 50 },
    );
  });
});
