import { type CodesLatent, cellsOf, latentSize, layersOf } from '@shared/specs';
import type { TokenSequence } from './sequence';

/** A base for each axis, the outermost first: rows in base 2, columns in base 3. */
const BASES = [2, 3, 5] as const;

/**
 * The cells of a grid, numbered along its last axis first, in the order in which the Halton points (Halton 1960) come upon them:
 * each stretch of it is spread evenly over the grid (Besnier et al. 2025, “Halton Scheduler”, section 3).
 */
export function haltonCells(axes: number[]): number[] {
  const cells = new Set<number>();
  const count = cellsOf({ axes });
  for (let point = 1; cells.size < count; point++) {
    const place = axes.map((side, axis) => Math.floor(radicalInverse(point, BASES[axis] ?? 2) * side));
    cells.add(place.reduce((cell, along, axis) => cell * axes[axis]! + along, 0));
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
    haltonCells(axes).map((cell) => positionOf[first + cell * stride] ?? 0),
  );
  return Int32Array.from(positions);
}
