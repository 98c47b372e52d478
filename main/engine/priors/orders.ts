import { type Canvas, type GptSpec, cellsOf, gridOf } from '@shared/specs';

export type TokenOrder = GptSpec['order'];

/**
 * The cells of a grid, numbered along its last axis first, in the order in which they are drawn (Esser et al. 2021, figure 47):
 * - `raster`: as they are numbered, which of a picture is row by row; the others need two axes
 * - `z-curve`: by the bits of column and row in turns (Morton 1966), which keeps neighbours close
 * - `spiral`: from the middle outwards, clockwise; cells outside of the grid are passed over
 */
export function cellsInOrder(order: TokenOrder, axes: number[]): number[] {
  if (order === 'z-curve') return sortedBy(gridOf({ axes }), mortonCode);
  if (order === 'spiral') return spiral(gridOf({ axes }));
  return Array.from({ length: cellsOf({ axes }) }, (_, cell) => cell);
}

function sortedBy({ height, width }: Canvas, key: (row: number, column: number) => number): number[] {
  return Array.from({ length: height * width }, (_, cell) => cell)
    .map((cell) => ({ cell, key: key(Math.floor(cell / width), cell % width) }))
    .sort((a, b) => a.key - b.key)
    .map(({ cell }) => cell);
}

function mortonCode(row: number, column: number): number {
  let code = 0;
  for (let bit = 0; bit < 16; bit++) {
    code += ((column >> bit) & 1) * 4 ** bit + ((row >> bit) & 1) * 2 * 4 ** bit;
  }
  return code;
}

function spiral({ height, width }: Canvas): number[] {
  const cells: number[] = [];
  let [row, column] = [Math.floor((height - 1) / 2), Math.floor((width - 1) / 2)];
  const turns = [
    [0, 1],
    [1, 0],
    [0, -1],
    [-1, 0],
  ] as const;
  // Sides of 1, 1, 2, 2, 3, 3 … steps.
  for (let side = 0; cells.length < height * width; side++) {
    const [down, right] = turns[side % 4]!;
    for (let step = 0; step <= side >> 1; step++) {
      if (row >= 0 && row < height && column >= 0 && column < width) cells.push(row * width + column);
      row += down;
      column += right;
    }
  }
  return cells;
}
