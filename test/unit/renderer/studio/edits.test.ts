import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerCodes, layersOf } from '@shared/specs';
import { apply, become, merge, onLayer, type Edit } from '@/stores/studio/edits';
import { copyRegion, fill, fillRegion, paint, paste, replaceCode, type Grid } from '@/stores/studio/grid-edits';
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

const origin = { row: 0, column: 0 };
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
    expect(become(start.indices, start.indices.slice())).toBeNull();
    expect(copyRegion(start, { row: 5, column: 5, toRow: 6, toColumn: 6 })).toBeNull();
  });
});

describe('an edit of a layer', () => {
  /** Level 0 is 1 × 2 of one stage, level 1 is 2 × 2 of two. */
  const layers = layersOf({
    levels: [
      { axes: [1, 2], depth: 1, codes: 8, dimension: 2 },
      { axes: [2, 2], depth: 2, codes: 4, dimension: 2 },
    ],
  });
  const latent = Int32Array.from({ length: 10 }, (_, i) => i % 4);

  it('changes the codes of that layer and no other, and remembers which it was', () => {
    const second = { height: 2, width: 2, indices: layerCodes(layers[2]!, latent) };
    const edit = onLayer(fillRegion(second, { row: 0, column: 0, toRow: 0, toColumn: 1 }, 3), layers, 2)!;
    expect(edit.layer).toBe(2);
    const next = apply(latent, edit);
    expect([...layerCodes(layers[2]!, next)]).toEqual([3, 3, second.indices[2], second.indices[3]]);
    for (const other of [layers[0]!, layers[1]!]) expect(layerCodes(other, next)).toEqual(layerCodes(other, latent));
  });

  it('joined with one of another layer belongs to none', () => {
    const one = (layer: number, code: number): Edit =>
      onLayer(paint({ height: 1, width: 1, indices: Int32Array.of(0) }, origin, origin, 1, code), layers, layer)!;
    expect(merge(one(1, 2), one(1, 3))!.layer).toBe(1);
    expect(merge(one(0, 2), one(1, 3))!.layer).toBeUndefined();
  });

  it('of a vector keeps its numbers as they are', () => {
    const vector = Float32Array.of(0.25, -1.5, 3);
    const edit = become(vector, Float32Array.of(0.25, 0.125, 3))!;
    expect([...edit.cells]).toEqual([1]);
    expect(apply(vector, edit)).toEqual(Float32Array.of(0.25, 0.125, 3));
    expect(apply(apply(vector, edit), edit, 'before')).toEqual(vector);
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
      const here = { height: side, width: side, indices: current.values as Int32Array };
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
        expect(state.values).toEqual(new Int32Array(side * side));
        while (state.undone.length > 0) state = redo(state);
        expect(state.values).toEqual(end.values);
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
    expect(back.values).toEqual(new Int32Array(16));
    const here = { height: 4, width: 4, indices: back.values as Int32Array };
    expect(redo(perform(back, fill(here, 3, 3, 2))).values[0]).toBe(2);
    expect(first!.values[0]).toBe(1);
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
