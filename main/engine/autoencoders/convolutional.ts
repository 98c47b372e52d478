import type { Signal, VqVaeSpec } from '@shared/specs';
import { type Layer, conv2dLayer, convTranspose2dLayer, residualStack } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** What the Sonnet reference example's encoder and decoder are built from. */
export type ConvolutionalSpec = Pick<VqVaeSpec, 'hidden' | 'residualLayers' | 'residualHidden' | 'downsamplings'>;

/** As `wholePatches`, for cells of d halvings. */
export function wholeCells(signal: Signal, downsamplings: number) {
  return wholePatches(signal, 2 ** downsamplings);
}

/**
 * Pictures whose sides `factor` doesn't divide: `whole` continues them with their border pixels on the right and below, `cut`
 * takes that off again, of larger pictures as much. `grid` is how many patches of `factor` × `factor` pixels they then are.
 */
export function wholePatches({ height, width }: Signal, factor: number) {
  const grid = { height: Math.ceil(height / factor), width: Math.ceil(width / factor) };
  const pad = { top: 0, left: 0, bottom: grid.height * factor - height, right: grid.width * factor - width };
  const isWhole = pad.bottom === 0 && pad.right === 0;
  return {
    grid,
    whole: (images: Tensor): Tensor => (isWhole ? images : ops.edgePad2d(images, pad)),
    cut(images: Tensor): Tensor {
      const [, high = 0, wide = 0] = images.shape;
      return isWhole ? images : ops.slice(images, [0, 0, 0, 0], [-1, high - pad.bottom, wide - pad.right, -1]);
    },
  };
}

export interface ConvolutionalOptions {
  /** Prefix of the variables' names; `encoder` or `decoder` if left out. */
  name?: string;
  /** Whether a relu stands before an encoder's residual stack: Sonnet has one. */
  isRectified?: boolean;
}

/** Images [N, H, W, C] → [N, H/2ᵈ, W/2ᵈ, hidden]: halvings (the first with half the channels), 3 × 3, residual stack. */
export function convolutionalEncoder(
  program: Program,
  spec: ConvolutionalSpec,
  channels: number,
  { name = 'encoder', isRectified = true }: ConvolutionalOptions = {},
): Layer {
  const widths = Array.from({ length: spec.downsamplings }, (_, index) =>
    index === 0 ? spec.hidden >> 1 : spec.hidden,
  );
  const halvings = widths.map((filters, index) =>
    conv2dLayer(program, `${name}/down${index + 1}`, {
      inChannels: widths[index - 1] ?? channels,
      filters,
      kernel: 4,
      stride: 2,
    }),
  );
  const conv = conv2dLayer(program, `${name}/conv`, {
    inChannels: widths.at(-1) ?? 0,
    filters: spec.hidden,
    kernel: 3,
  });
  const stack = createStack(program, `${name}/residual`, spec);
  return (images) => {
    const halved = conv(halvings.reduce((h, halve) => ops.relu(halve(h)), images));
    return stack(isRectified ? ops.relu(halved) : halved);
  };
}

/** Vectors [N, h, w, D] → images [N, 2ᵈh, 2ᵈw, C]: the encoder mirrored; nothing limits the output. */
export function convolutionalDecoder(
  program: Program,
  spec: ConvolutionalSpec,
  dimension: number,
  channels: number,
  { name = 'decoder' }: Pick<ConvolutionalOptions, 'name'> = {},
): Layer {
  const conv = conv2dLayer(program, `${name}/conv`, { inChannels: dimension, filters: spec.hidden, kernel: 3 });
  const stack = createStack(program, `${name}/residual`, spec);
  const widths = Array.from({ length: spec.downsamplings - 1 }, (_, index) =>
    index === spec.downsamplings - 2 ? spec.hidden >> 1 : spec.hidden,
  );
  const doublings = [...widths, channels].map((filters, index) =>
    convTranspose2dLayer(program, `${name}/up${index + 1}`, {
      inChannels: widths[index - 1] ?? spec.hidden,
      filters,
      kernel: 4,
      stride: 2,
    }),
  );
  return (vectors) =>
    doublings.reduce((h, double, index) => double(index === 0 ? h : ops.relu(h)), stack(conv(vectors)));
}

function createStack(program: Program, name: string, spec: ConvolutionalSpec): Layer {
  return residualStack(program, name, {
    channels: spec.hidden,
    hidden: spec.residualHidden,
    blocks: spec.residualLayers,
  });
}
