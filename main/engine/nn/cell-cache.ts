import { type Program, constant, writeRows } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import {
  add,
  broadcastTo,
  expandDims,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  range,
  reshape,
  scalar,
  transpose,
  where,
} from '../tensorflow/ops';

/** Steps from a cell to another: rows down, columns to the right. */
export type Offset = readonly [down: number, right: number];

/** What a layer of a causal network has been given so far, cell by cell, so that no cell is computed twice. */
export interface CellCache {
  /**
   * Keeps values [n, N, C] of `cells` int32 [n], in raster order, for this call and the next ones. Cell −1 is for what comes before
   * the first one: it holds the zeros that are seen beyond the border, so only zeros may be written there.
   */
  write(cells: Tensor, values: Tensor): KeptCells;
}

export interface KeptCells {
  /** The neighbours of `cells` int32 [n] at T offsets, 0 beyond the border: [n · N, T · C]. */
  around(cells: Tensor, offsets: readonly Offset[]): Tensor;
}

interface Grid {
  height: number;
  width: number;
}

export interface CellCacheOptions extends Grid {
  batch: number;
  channels: number;
}

/** A cache in the variable `name` [1 + H · W, N · C]: a row of zeros, then a row for each cell of all sequences. */
export function cellCache(program: Program, name: string, options: CellCacheOptions): CellCache {
  const { batch, height, width, channels } = options;
  const cellCount = height * width;
  const rows = program.variable(name, { shape: [1 + cellCount, batch * channels] }, { trainable: false });

  return {
    write(cells, values) {
      const count = cells.shape[0] ?? 0;
      const kept = writeRows(rows, add(cells, scalar(1, 'int32')), reshape(values, [count, batch * channels]));
      return {
        around(at, offsets) {
          const [places, taps] = [at.shape[0] ?? 0, offsets.length];
          const seen = gather(kept, rowsAround(at, { height, width }, offsets));
          return reshape(transpose(reshape(seen, [places, taps, batch, channels]), [0, 2, 1, 3]), [
            places * batch,
            taps * channels,
          ]);
        },
      };
    },
  };
}

/** By the cells that are asked for: all layers of a network ask for the same ones. */
const known = new WeakMap<Tensor, Map<string, Tensor>>();

/** Rows of a cache that hold the neighbours of `cells` int32 [n] at T offsets: int32 [n · T], 0 beyond the border. */
function rowsAround(cells: Tensor, { height, width }: Grid, offsets: readonly Offset[]): Tensor {
  const key = `${height} ${width} ${offsets.join(' ')}`;
  const ofCells = known.get(cells) ?? new Map<string, Tensor>();
  known.set(cells, ofCells);
  const rows = ofCells.get(key) ?? computeRows(cells, { height, width }, offsets);
  ofCells.set(key, rows);
  return rows;
}

function computeRows(cells: Tensor, { height, width }: Grid, offsets: readonly Offset[]): Tensor {
  const taps = offsets.length;
  const place = cellPlaces(height, width);
  const shifted = (start: Tensor, axis: 0 | 1) => {
    const steps = offsets.map((offset) => offset[axis]);
    return add(expandDims(gather(start, cells), 1), constant(steps, [1, taps], 'int32'));
  };
  const [row, column] = [shifted(place.rows, 0), shifted(place.columns, 1)];
  const isInside = logicalAnd(within(row, height), within(column, width));
  const cell = add(add(mul(row, scalar(width, 'int32')), column), scalar(1, 'int32'));
  return reshape(where(isInside, cell, 0), [(cells.shape[0] ?? 0) * taps]);
}

/** Row and column of each cell of a grid in raster order, int32 [height · width]. */
export function cellPlaces(height: number, width: number): { rows: Tensor; columns: Tensor } {
  const flat = (indices: Tensor) => reshape(broadcastTo(indices, [height, width]), [height * width]);
  return { rows: flat(expandDims(range(0, height), 1)), columns: flat(range(0, width)) };
}

function within(index: Tensor, side: number): Tensor {
  return logicalAnd(greaterEqual(index, 0), less(index, side));
}
