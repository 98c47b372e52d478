import { type Signal, type VqVaeSpec, sidesOf } from '@shared/specs';
import { type Layer, type Rank, convLayer, convTransposeLayer, residualStack } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** What the Sonnet reference example's encoder and decoder are built from. */
export type ConvolutionalSpec = Pick<VqVaeSpec, 'hidden' | 'residualLayers' | 'residualHidden' | 'downsamplings'>;

/** Axes that the convolutions of a model of this signal run over: 2 of pictures. */
export const rankOf = (signal: Signal): Rank => sidesOf(signal).length as Rank;

/** As `wholePatches`, for cells of d halvings. */
export function wholeCells(signal: Signal, downsamplings: number) {
  return wholePatches(signal, 2 ** downsamplings);
}

/**
 * Items whose sides `factor` doesn't divide: `whole` continues them with the values at their ends (of pictures on the right and
 * below), `cut` takes that off again, of larger items as much. `grid` is how many patches of `factor` in every direction they
 * then are, side by side.
 */
export function wholePatches(signal: Signal, factor: number) {
  const sides = sidesOf(signal);
  const grid = sides.map((side) => Math.ceil(side / factor));
  const ends = sides.map((side, axis) => [0, grid[axis]! * factor - side] as const);
  const isWhole = ends.every(([, after]) => after === 0);
  return {
    grid,
    whole: (items: Tensor): Tensor => (isWhole ? items : ops.edgePad(items, ends)),
    cut(items: Tensor): Tensor {
      if (isWhole) return items;
      const size = ends.map(([, after], axis) => (items.shape[axis + 1] ?? 0) - after);
      return ops.slice(items, [0, ...sides.map(() => 0), 0], [-1, ...size, -1]);
    },
  };
}

export interface ConvolutionalOptions {
  rank: Rank;
  /** Prefix of the variables' names; `encoder` or `decoder` if left out. */
  name?: string;
  /** Whether a relu stands before an encoder's residual stack: Sonnet has one. */
  isRectified?: boolean;
}

/** Items [N, ...sides, C] → [N, ...sides/2ᵈ, hidden]: halvings (the first with half the channels), kernel 3, residual stack. */
export function convolutionalEncoder(
  program: Program,
  spec: ConvolutionalSpec,
  channels: number,
  { rank, name = 'encoder', isRectified = true }: ConvolutionalOptions,
): Layer {
  const widths = Array.from({ length: spec.downsamplings }, (_, index) =>
    index === 0 ? spec.hidden >> 1 : spec.hidden,
  );
  const halvings = widths.map((filters, index) =>
    convLayer(program, `${name}/down${index + 1}`, {
      rank,
      inChannels: widths[index - 1] ?? channels,
      filters,
      kernel: 4,
      stride: 2,
    }),
  );
  const conv = convLayer(program, `${name}/conv`, {
    rank,
    inChannels: widths.at(-1) ?? 0,
    filters: spec.hidden,
    kernel: 3,
  });
  const stack = createStack(program, `${name}/residual`, spec, rank);
  return (items) => {
    const halved = conv(halvings.reduce((h, halve) => ops.relu(halve(h)), items));
    return stack(isRectified ? ops.relu(halved) : halved);
  };
}

/** Vectors [N, ...grid, D] → items [N, ...2ᵈ · grid, C]: the encoder mirrored; nothing limits the output. */
export function convolutionalDecoder(
  program: Program,
  spec: ConvolutionalSpec,
  dimension: number,
  channels: number,
  { rank, name = 'decoder' }: Pick<ConvolutionalOptions, 'rank' | 'name'>,
): Layer {
  const conv = convLayer(program, `${name}/conv`, { rank, inChannels: dimension, filters: spec.hidden, kernel: 3 });
  const stack = createStack(program, `${name}/residual`, spec, rank);
  const widths = Array.from({ length: spec.downsamplings - 1 }, (_, index) =>
    index === spec.downsamplings - 2 ? spec.hidden >> 1 : spec.hidden,
  );
  const doublings = [...widths, channels].map((filters, index) =>
    convTransposeLayer(program, `${name}/up${index + 1}`, {
      rank,
      inChannels: widths[index - 1] ?? spec.hidden,
      filters,
      kernel: 4,
      stride: 2,
    }),
  );
  return (vectors) =>
    doublings.reduce((h, double, index) => double(index === 0 ? h : ops.relu(h)), stack(conv(vectors)));
}

function createStack(program: Program, name: string, spec: ConvolutionalSpec, rank: Rank): Layer {
  return residualStack(program, name, {
    rank,
    channels: spec.hidden,
    hidden: spec.residualHidden,
    blocks: spec.residualLayers,
  });
}
