import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apply,
  become,
  copyRegion,
  fill,
  fillRegion,
  paint,
  paste,
  replaceCode,
  type Edit,
  type Grid,
} from '@/stores/studio/edits';
import { begin, perform, redo, undo, type History } from '@/stores/studio/history';
import { latestOnly } from '@/components/latest';

const grid = (rows: number[][]): Grid => ({
  height: rows.length,
  width: rows[0]!.length,
  indices: Int32Array.from(rows.flat()),
});
const after = (start: Grid, edit: Edit | null): number[][] => {
  const indices = edit ? apply(start.indices, edit) : start.indices;
  return Array.from({ length: start.height }, (_, row) => [
    ...indices.slice(row * start.width, (row + 1) * start.width),
  ]);
};

const start = grid([
  [1, 1, 2],
  [1, 3, 2],
  [3, 3, 1],
]);

describe('edits of a code grid', () => {
  it('paint a square brush, cut at the border', () => {
    expect(after(start, paint(start, { row: 0, column: 0 }, { row: 0, column: 0 }, 3, 9))).toEqual([
      [9, 9, 2],
      [9, 9, 2],
      [3, 3, 1],
    ]);
  });

  it('paint every cell between two pointer positions', () => {
    expect(after(start, paint(start, { row: 0, column: 0 }, { row: 2, column: 2 }, 1, 9))).toEqual([
      [9, 1, 2],
      [1, 9, 2],
      [3, 3, 9],
    ]);
  });

  it('fill the connected area of one code and not across corners', () => {
    expect(after(start, fill(start, 0, 0, 9))).toEqual([
      [9, 9, 2],
      [9, 3, 2],
      [3, 3, 1],
    ]);
  });

  it('fill without wrapping from the right border to the next row', () => {
    const wrap = grid([
      [2, 2, 1],
      [1, 2, 2],
    ]);
    expect(after(wrap, fill(wrap, 0, 2, 9))).toEqual([
      [2, 2, 9],
      [1, 2, 2],
    ]);
  });

  it('fill a rectangle whose corners come in any order', () => {
    expect(after(start, fillRegion(start, { row: 2, column: 1, toRow: 1, toColumn: 0 }, 9))).toEqual([
      [1, 1, 2],
      [9, 9, 2],
      [9, 9, 1],
    ]);
  });

  it('replace a code everywhere', () => {
    expect(after(start, replaceCode(start, 1, 7))).toEqual([
      [7, 7, 2],
      [7, 3, 2],
      [3, 3, 7],
    ]);
  });

  it('paste a copied region, leaving out what falls outside', () => {
    const clip = copyRegion(start, { row: 1, column: 1, toRow: 2, toColumn: 2 })!;
    expect(after(start, paste(start, clip, 0, 2))).toEqual([
      [1, 1, 3],
      [1, 3, 3],
      [3, 3, 1],
    ]);
    expect(after(start, paste(start, clip, -1, -1))).toEqual([
      [1, 1, 2],
      [1, 3, 2],
      [3, 3, 1],
    ]);
  });

  it('answer null where nothing would change', () => {
    expect(fill(start, 0, 0, 1)).toBeNull();
    expect(become(start, start.indices.slice())).toBeNull();
    expect(copyRegion(start, { row: 5, column: 5, toRow: 6, toColumn: 6 })).toBeNull();
  });
});

describe('the history', () => {
  const side = 4;
  const edits = fc.array(
    fc.record({
      row: fc.nat(side - 1),
      column: fc.nat(side - 1),
      code: fc.nat(5),
      size: fc.integer({ min: 1, max: 3 }),
      joined: fc.boolean(),
    }),
  );
  const play = (steps: { row: number; column: number; code: number; size: number; joined: boolean }[]): History[] => {
    const states = [begin(new Int32Array(side * side))];
    for (const { row, column, code, size, joined } of steps) {
      const current = states.at(-1)!;
      const here = { height: side, width: side, indices: current.indices };
      states.push(perform(current, paint(here, { row, column }, { row, column }, size, code), joined));
    }
    return states;
  };

  it('undoes everything back to the start and redoes it to the end, whatever was painted', () => {
    fc.assert(
      fc.property(edits, (steps) => {
        const states = play(steps);
        const end = states.at(-1)!;
        let state = end;
        while (state.done.length > 0) state = undo(state);
        expect(state.indices).toEqual(new Int32Array(side * side));
        while (state.undone.length > 0) state = redo(state);
        expect(state.indices).toEqual(end.indices);
      }),
    );
  });

  it('takes a stroke back as a whole and forgets the redo after a new edit', () => {
    const [, first, second] = play([
      { row: 0, column: 0, code: 1, size: 1, joined: false },
      { row: 0, column: 1, code: 1, size: 1, joined: true },
    ]);
    expect(second!.done).toHaveLength(1);
    const back = undo(second!);
    expect(back.indices).toEqual(new Int32Array(16));
    const here = { height: 4, width: 4, indices: back.indices };
    expect(redo(perform(back, fill(here, 3, 3, 2))).indices[0]).toBe(2);
    expect(first!.indices[0]).toBe(1);
  });
});

describe('latest only', () => {
  it('works on the first and the last of many inputs', async () => {
    const seen: number[] = [];
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const queue = latestOnly<number>(async (input) => {
      seen.push(input);
      await gate;
    });
    for (let i = 0; i < 10; i++) queue.push(i);
    release();
    await queue.idle();
    expect(seen).toEqual([0, 9]);
  });
});
