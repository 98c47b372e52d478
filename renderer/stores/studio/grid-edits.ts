/**
 * Edits of a grid of codes. Each function looks at a grid and answers what would change; nothing is changed here.
 * Places are cells: `row × width + column`.
 */
import { editOf, type Edit } from './edits';

/** A grid of codes, row by row. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly indices: Int32Array;
}

/** A part of a grid, with inclusive corners in any order. */
export interface Region {
  row: number;
  column: number;
  toRow: number;
  toColumn: number;
}

/** Codes cut from a grid, to be pasted elsewhere. */
export interface Clip {
  readonly height: number;
  readonly width: number;
  readonly indices: Int32Array;
}

/** The region with its corners in order and inside the grid, or null where it lies outside. */
export function clampRegion(grid: { height: number; width: number }, region: Region): Region | null {
  const row = Math.max(0, Math.min(region.row, region.toRow));
  const toRow = Math.min(grid.height - 1, Math.max(region.row, region.toRow));
  const column = Math.max(0, Math.min(region.column, region.toColumn));
  const toColumn = Math.min(grid.width - 1, Math.max(region.column, region.toColumn));
  return row > toRow || column > toColumn ? null : { row, column, toRow, toColumn };
}

function* cellsOf(grid: Grid, region: Region): Generator<number> {
  const clamped = clampRegion(grid, region);
  if (!clamped) return;
  for (let row = clamped.row; row <= clamped.toRow; row++) {
    for (let column = clamped.column; column <= clamped.toColumn; column++) yield row * grid.width + column;
  }
}

/** The square of `size` × `size` cells a brush covers at a cell; an even size leans to the upper left. */
export function brushRegion(row: number, column: number, size: number): Region {
  const before = Math.floor(size / 2);
  const top = row - before;
  const left = column - before;
  return { row: top, column: left, toRow: top + size - 1, toColumn: left + size - 1 };
}

/** Paints one code with a square brush along the straight line between two cells, so a fast pointer leaves no gaps. */
export function paint(
  grid: Grid,
  from: { row: number; column: number },
  to: { row: number; column: number },
  size: number,
  code: number,
): Edit | null {
  const steps = Math.max(Math.abs(to.row - from.row), Math.abs(to.column - from.column));
  const cells: number[] = [];
  for (let step = 0; step <= steps; step++) {
    const along = steps === 0 ? 0 : step / steps;
    const row = Math.round(from.row + (to.row - from.row) * along);
    const column = Math.round(from.column + (to.column - from.column) * along);
    cells.push(...cellsOf(grid, brushRegion(row, column, size)));
  }
  return editOf(grid.indices, cells, () => code);
}

/** Fills the four-connected area of equal codes around a cell. */
export function fill(grid: Grid, row: number, column: number, code: number): Edit | null {
  const start = row * grid.width + column;
  const old = grid.indices[start];
  const seen = new Set([start]);
  const queue = [start];
  for (let cell = queue.pop(); cell !== undefined; cell = queue.pop()) {
    const x = cell % grid.width;
    const neighbours = [
      cell - grid.width,
      cell + grid.width,
      ...(x > 0 ? [cell - 1] : []),
      ...(x < grid.width - 1 ? [cell + 1] : []),
    ];
    for (const next of neighbours) {
      if (next < 0 || next >= grid.indices.length || seen.has(next) || grid.indices[next] !== old) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return editOf(grid.indices, seen, () => code);
}

/** Fills a rectangle. */
export function fillRegion(grid: Grid, region: Region, code: number): Edit | null {
  return editOf(grid.indices, cellsOf(grid, region), () => code);
}

/** Puts `replacement` wherever `code` stands. */
export function replaceCode(grid: Grid, code: number, replacement: number): Edit | null {
  const cells = grid.indices.reduce<number[]>(
    (found, value, cell) => (value === code ? (found.push(cell), found) : found),
    [],
  );
  return editOf(grid.indices, cells, () => replacement);
}

/** The codes of a region; null where the region lies outside the grid. */
export function copyRegion(grid: Grid, region: Region): Clip | null {
  const clamped = clampRegion(grid, region);
  if (!clamped) return null;
  return {
    height: clamped.toRow - clamped.row + 1,
    width: clamped.toColumn - clamped.column + 1,
    indices: Int32Array.from(cellsOf(grid, clamped), (cell) => grid.indices[cell]!),
  };
}

/** Pastes a clip with its upper left corner at a cell; what would fall outside is left out. */
export function paste(grid: Grid, clip: Clip, row: number, column: number): Edit | null {
  const region = { row, column, toRow: row + clip.height - 1, toColumn: column + clip.width - 1 };
  return editOf(grid.indices, cellsOf(grid, region), (cell) => {
    const clipRow = Math.floor(cell / grid.width) - row;
    const clipColumn = (cell % grid.width) - column;
    return clip.indices[clipRow * clip.width + clipColumn]!;
  });
}
