import { describe, expect, it } from 'vitest';
import { layersOf } from '@shared/specs';
import { cellSize } from '../../../../main/engine/studio/latents';
import { patchShape } from '../../../../main/engine/studio/patches';

const signal = { kind: 'picture', height: 8, width: 8, channels: 1 } as const;
const [layer] = layersOf({ levels: [{ axes: [4, 4], depth: 1, codes: 2, dimension: 1 }] });
/** A picture in which each pixel says where it is. */
const picture = Uint8Array.from({ length: 64 }, (_, at) => at);

function patchAt(row: number, column: number): number[][] {
  const { height, width, cut } = patchShape({ signal }, layer!);
  const pixels = new Uint8Array(height * width + 1);
  cut(picture, row, column, pixels, 1);
  return Array.from({ length: height }, (_, y) => [...pixels.subarray(1 + y * width, 1 + (y + 1) * width)]);
}

describe('a patch', () => {
  it('shows a cell in the middle and one cell around it', () => {
    expect(patchAt(1, 2)).toEqual([0, 1, 2, 3, 4, 5].map((y) => [2, 3, 4, 5, 6, 7].map((x) => y * 8 + x)));
  });

  it('continues the picture’s border where it ends', () => {
    const [first, second, third] = patchAt(0, 0);
    expect(first).toEqual([0, 0, 0, 1, 2, 3]);
    expect([second, third]).toEqual([first, first]);
    expect(patchAt(3, 3).at(-1)).toEqual([60, 61, 62, 63, 63, 63]);
  });
});

describe('the size of a cell', () => {
  it.each([
    [32, 8, 4],
    [28, 7, 4],
    [30, 8, 4],
    [17, 3, 8],
    [128, 16, 8],
    [16, 1, 16],
  ])('of %i px as %i cells is %i px', (pixels, cells, expected) => {
    const found = cellSize(
      { signal: { kind: 'picture', height: pixels, width: pixels, channels: 3 } },
      { axes: [cells, cells] },
    );
    expect(found).toEqual({ height: expected, width: expected });
  });
});
