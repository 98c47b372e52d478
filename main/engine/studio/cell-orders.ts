import type { Interpolation } from '@shared/contract';
import type { Canvas } from '@shared/specs';
import { generator } from '../numerics/random';

type Order = Interpolation['order'];

/** Cells between two points of the noise that makes patches. */
const PATCH = 3;

/**
 * All cells of a grid (row · width + column), in the order in which one picture takes the other's place:
 * - `random`: each cell by itself, by the seed
 * - `patches`: patches that grow, by the seed
 * - `rows`: row by row from the top
 * - `wipe`: column by column from the left
 * - `centre`: from the middle outwards
 */
export function cellsInOrder(order: Order, { height, width }: Canvas, seed: number): number[] {
  const random = generator(seed);
  const ranks: Record<Order, () => (row: number, column: number) => number> = {
    random: () => () => random(),
    patches: () => smoothNoise({ height, width }, random),
    rows: () => (row, column) => row * width + column,
    wipe: () => (row, column) => column * height + row,
    centre: () => (row, column) => Math.hypot(row - (height - 1) / 2, column - (width - 1) / 2),
  };
  const rankOf = ranks[order]();
  return Array.from({ length: height * width }, (_, cell) => ({
    cell,
    rank: rankOf(Math.floor(cell / width), cell % width),
  }))
    .sort((a, b) => a.rank - b.rank || a.cell - b.cell)
    .map(({ cell }) => cell);
}

/** Random numbers at the points of a coarse lattice, and between them what lies between: smooth over the cells. */
function smoothNoise({ height, width }: Canvas, random: () => number): (row: number, column: number) => number {
  const across = Math.ceil(width / PATCH) + 2;
  const points = Float64Array.from({ length: (Math.ceil(height / PATCH) + 2) * across }, () => random());
  const [down, right] = [random(), random()];
  return (row, column) => {
    const [y, x] = [row / PATCH + down, column / PATCH + right];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [v, u] = [y - top, x - left];
    const at = (i: number, j: number): number => points[(top + i) * across + left + j]!;
    return (1 - v) * ((1 - u) * at(0, 0) + u * at(0, 1)) + v * ((1 - u) * at(1, 0) + u * at(1, 1));
  };
}
