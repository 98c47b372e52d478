import { type CodesLatent, gridOf, latentSize, layersOf } from '@shared/specs';
import type { TokenSequence } from './sequence';

/**
 * The cells of a grid (row · width + column) in the order in which the Halton points (Halton 1960: rows in base 2, columns in base 3)
 * come upon them: each stretch of it is spread evenly over the grid (Besnier et al. 2025, “Halton Scheduler”, section 3).
 */
export function haltonCells({ height, width }: { height: number; width: number }): number[] {
  const cells = new Set<number>();
  for (let point = 1; cells.size < height * width; point++) {
    const [row, column] = [Math.floor(radicalInverse(point, 2) * height), Math.floor(radicalInverse(point, 3) * width)];
    cells.add(row * width + column);
  }
  return [...cells];
}

/** Digits of a whole number in a base, mirrored at the point: [0, 1). */
function radicalInverse(number: number, base: number): number {
  let [value, place] = [0, 1 / base];
  for (let rest = number; rest > 0; rest = Math.floor(rest / base), place /= base) value += (rest % base) * place;
  return value;
}

/**
 * The positions of a sequence from the first to be settled to the last: the coarsest level first, of it stage by stage, and each of
 * these grids in Halton's order.
 */
export function haltonPositions(latent: CodesLatent, { places }: TokenSequence): Int32Array {
  const positionOf = new Int32Array(latentSize(latent));
  places.forEach((place, position) => (positionOf[place] = position));
  const positions = layersOf(latent).flatMap(({ first, stride, axes }) =>
    haltonCells(gridOf({ axes })).map((cell) => positionOf[first + cell * stride] ?? 0),
  );
  return Int32Array.from(positions);
}
