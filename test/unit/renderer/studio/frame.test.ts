import { describe, expect, it } from 'vitest';
import type { Items } from '@shared/contract';
import type { CodesLatent } from '@shared/specs';
import { partOf } from '@/features/studio/difference';
import { resize } from '@/stores/studio/edits';
import { encodedOn, framedLatent, grownFrame, openPlaces, openedOn, repeatedOn } from '@/stores/studio/frame';
import { begin, perform, redo, undo } from '@/stores/studio/history';

/** 2 × 2 cells, and below them two stages at 4 × 4. */
const level = { codes: 8, dimension: 2 };
const latent: CodesLatent = {
  kind: 'codes',
  levels: [
    { ...level, axes: [2, 2], depth: 1 },
    { ...level, axes: [4, 4], depth: 2 },
  ],
};
const one: CodesLatent = { kind: 'codes', levels: [latent.levels[0]!] };
const codes = Int32Array.of(1, 2, 3, 4);
const growth = { top: 1, bottom: 0, left: 0, right: 2 };

describe('a canvas that grows', () => {
  it('keeps where the encoded picture lies, however often it grows', () => {
    const first = grownFrame(one, null, growth);
    expect(first).toEqual({ height: 3, width: 4, top: 1, left: 0 });
    expect(grownFrame(one, first, { top: 1, bottom: 1, left: 3, right: 0 })).toEqual({
      height: 5,
      width: 7,
      top: 2,
      left: 3,
    });
    expect(framedLatent(latent, first)).toMatchObject({
      levels: [
        { axes: [3, 4] },
        { axes: [6, 8] },
      ],
    });
    expect(framedLatent({ kind: 'vector', length: 3 }, null)).toEqual({ kind: 'vector', length: 3 });
  });

  it('opens what is new, and has the encoded codes where they were', () => {
    const frame = grownFrame(one, null, growth);
    const opened = openedOn(codes, one, null, frame);
    expect([...opened]).toEqual([-1, -1, -1, -1, 1, 2, -1, -1, 3, 4, -1, -1]);
    expect(encodedOn(codes, one, frame)).toEqual(opened);
    expect(encodedOn(codes, one, null)).toBe(codes);
    expect(openPlaces(opened)).toHaveLength(8);
    const again = grownFrame(one, frame, { top: 0, bottom: 1, left: 1, right: 0 });
    expect([...openedOn(opened, one, frame, again)].filter((code) => code > 0)).toEqual([1, 2, 3, 4]);
  });

  it('repeats its border on every level and stage', () => {
    const frame = grownFrame(one, null, growth);
    expect([...repeatedOn(codes, one, null, frame)]).toEqual([1, 2, 2, 2, 1, 2, 2, 2, 3, 4, 4, 4]);
    const all = Int32Array.from({ length: 36 }, (_, at) => at);
    const larger = repeatedOn(all, latent, null, { height: 2, width: 3, top: 0, left: 0 });
    expect(larger).toHaveLength(6 + 24 * 2);
    // the last cell of the coarsest row is that before it; so are its 2 × 2 places of two stages below
    expect([larger[1], larger[2]]).toEqual([1, 1]);
    const row = larger.subarray(6, 6 + 12);
    expect([...row.subarray(8)]).toEqual([...row.subarray(4, 8)]);
  });

  it('is undone and redone as one edit, and never joined with a stroke', () => {
    const frame = grownFrame(one, null, growth);
    const grown = repeatedOn(codes, one, null, frame);
    const start = begin(codes);
    const after = perform(start, resize(start, grown, frame), true);
    expect(after).toMatchObject({ values: grown, frame });
    expect(after.done).toHaveLength(1);
    const back = undo(after);
    expect(back.values).toEqual(codes);
    expect(back.frame).toBeNull();
    expect(redo(back)).toMatchObject({ values: grown, frame });
  });
});

it('finds the original’s part of a larger picture', () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, at) => at);
  const whole: Items = {
    signal: { kind: 'picture', height: 3, width: 4, channels: 1 },
    dtype: 'u8',
    count: 1,
    data: pixels,
  };
  expect([...partOf(whole, { height: 2, width: 2 }, { top: 1, left: 2 }).data]).toEqual([6, 7, 10, 11]);
});
