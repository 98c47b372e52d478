import type { Canvas, Corner } from '@shared/specs';

/**
 * Windows over a canvas that overlap by half, row by row; those at the far borders are moved inwards, and so overlap by
 * more.
 */
export function coveringWindows(canvas: Canvas, window: Canvas): Corner[] {
  const tops = offsetsOf(canvas.height, window.height);
  const lefts = offsetsOf(canvas.width, window.width);
  return tops.flatMap((top) => lefts.map((left) => ({ top, left })));
}

/**
 * `down`: row by row from the upper left, for what is drawn in an order in which cells know those above and to the
 * left. `outwards`: those first that have most settled cells, for what knows all around it.
 */
export type WindowOrder = 'down' | 'outwards';

/**
 * In which windows the open cells of a canvas are drawn, one window after the other: each draws what is open in it
 * then, given what is settled in it. Windows without an open cell are left out.
 * @param isOpen for each cell (row · width + column) whether it is open
 */
export function planWindows(
  isOpen: readonly boolean[],
  canvas: Canvas,
  window: Canvas,
  order: WindowOrder,
): readonly Corner[] {
  const open = [...isOpen];
  const left = coveringWindows(canvas, window);
  const cellsIn = (corner: Corner) => cellsOf(corner, canvas, window);
  const plan: Corner[] = [];
  for (;;) {
    const counts = left.map((corner) => cellsIn(corner).filter((cell) => open[cell]).length);
    const area = window.height * window.width;
    const candidates = [...left.keys()].filter((at) => counts[at]! > 0);
    if (candidates.length === 0) return plan;
    const settled = (at: number): number => area - counts[at]!;
    const next =
      order === 'down'
        ? candidates[0]!
        : candidates.reduce((best, at) => (settled(at) > settled(best) ? at : best), candidates[0]!);
    const corner = left[next]!;
    for (const cell of cellsIn(corner)) open[cell] = false;
    plan.push(corner);
    left.splice(next, 1);
  }
}

/** The cells of a canvas that a window covers, row by row. */
function cellsOf({ top, left }: Corner, canvas: Canvas, window: Canvas): number[] {
  return Array.from(
    { length: window.height * window.width },
    (_, at) => (top + Math.floor(at / window.width)) * canvas.width + left + (at % window.width),
  );
}

function offsetsOf(size: number, window: number): number[] {
  const stride = Math.max(1, window >> 1);
  const offsets: number[] = [];
  for (let offset = 0; offset < size - window; offset += stride) offsets.push(offset);
  return [...offsets, size - window];
}
