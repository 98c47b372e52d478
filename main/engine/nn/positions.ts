import type { Initialiser, Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { add, gather, slice } from '../tensorflow/ops';
import { gptInit, valuesInit } from './initialisers';

/** Where in a sequence something is, as a vector that is added to it. */
export interface Positions {
  /** Sequences [N, L, D] from position 0 on, L at most `length` → the same with their positions added. */
  add(x: Tensor): Tensor;
  /** The vectors of given positions: int32 [...] → [..., D]. */
  at(positions: Tensor): Tensor;
}

/** Positions that are learnt: the variable `name/table` [length, dimension]. */
export function learntPositions(
  program: Program,
  name: string,
  { length, dimension, initialiser = gptInit() }: { length: number; dimension: number; initialiser?: Initialiser },
): Positions {
  return fromTable(program, name, [length, dimension], initialiser, true);
}

/** Fixed waves over positions 0 … length − 1: see `sinCosWaves`. */
export function sinCosPositions(
  program: Program,
  name: string,
  { length, dimension }: { length: number; dimension: number },
): Positions {
  const places = Array.from({ length }, (_, place) => place);
  return fromTable(program, name, [length, dimension], valuesInit(sinCosWaves(places, dimension)), false);
}

/**
 * Fixed waves over a grid in raster order, [height · width, dimension]: the first half of the channels for the column, the
 * second for the row (He et al. 2022, “Masked Autoencoders”, and its code). `dimension` is divisible by 4.
 */
export function sinCosPositions2d(
  program: Program,
  name: string,
  { height, width, dimension }: { height: number; width: number; dimension: number },
): Positions {
  const cells = Array.from({ length: height * width }, (_, cell) => cell);
  const half = dimension / 2;
  const columns = sinCosWaves(
    cells.map((cell) => cell % width),
    half,
  );
  const rows = sinCosWaves(
    cells.map((cell) => Math.floor(cell / width)),
    half,
  );
  const values = Float32Array.from({ length: cells.length * dimension }, (_, index) => {
    const [cell, channel] = [Math.floor(index / dimension), index % dimension];
    return (channel < half ? columns[cell * half + channel] : rows[cell * half + channel - half]) ?? 0;
  });
  return fromTable(program, name, [cells.length, dimension], valuesInit(values), false);
}

/**
 * sin(p · ωᵢ) in the first half of the channels, cos(p · ωᵢ) in the second, ωᵢ = 10000^(−2i / dimension): the waves of
 * Vaswani et al. 2017, section 3.5, which takes the two in turns instead.
 * @returns [places, dimension], `dimension` even
 */
export function sinCosWaves(places: readonly number[], dimension: number): Float32Array {
  const half = dimension / 2;
  return Float32Array.from({ length: places.length * dimension }, (_, index) => {
    const [place, channel] = [places[Math.floor(index / dimension)] ?? 0, index % dimension];
    const angle = place * 10_000 ** (-(channel % half) / half);
    return channel < half ? Math.sin(angle) : Math.cos(angle);
  });
}

function fromTable(
  program: Program,
  name: string,
  shape: readonly [number, number],
  initialiser: Initialiser,
  trainable: boolean,
): Positions {
  const table = program.variable(`${name}/table`, { shape, initialiser }, { trainable });
  return {
    add: (x) => {
      const length = x.shape[1] ?? 0;
      return add(x, length === shape[0] ? table.read() : slice(table.read(), [0, 0], [length, -1]));
    },
    at: (positions) => gather(table.read(), positions),
  };
}
