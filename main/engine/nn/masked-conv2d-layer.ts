import type { Initialiser, Program } from '../tensorflow/graph';
import { constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { biasAdd, conv2d, matMul, mul, reshape, slice, zeroPad2d } from '../tensorflow/ops';
import type { KeptCells, Offset } from './cell-cache';
import { sonnetDefault, zerosInit } from './initialisers';

/**
 * Which neighbours a cell sees, in raster order.
 * - `raster`: all rows above and what is left in its row (PixelCNN, van den Oord, Kalchbrenner, Kavukcuoglu 2016).
 * - `vertical`: rows above only, in full width; `horizontal`: its own row only, to the left (the two stacks of Gated PixelCNN,
 *   van den Oord et al. 2016, section 2.2, which together have no blind spot).
 */
export type MaskedField = 'raster' | 'vertical' | 'horizontal';

export interface MaskedConv2dLayerOptions {
  inChannels: number;
  filters: number;
  /** Odd: the side of the full kernel that the mask is laid over. */
  kernel: number;
  /**
   * `A` leaves out the cell itself (of the vertical stack: its row), for a first layer, which sees what is to be predicted;
   * `B` includes it, for all layers after one of type A.
   */
  mask: 'A' | 'B';
  field?: MaskedField;
  dilation?: number;
  bias?: boolean;
  initialiser?: Initialiser;
}

/** A masked convolution of whole grids, or of some of their cells. */
export interface MaskedConv2d {
  /** [N, H, W, inChannels] → [N, H, W, filters] */
  (x: Tensor): Tensor;
  /** What it gives at `cells` int32 [n] alone, [n, N, filters], of an input whose cells before them are kept. */
  at(input: KeptCells, cells: Tensor): Tensor;
}

/**
 * Masked convolution [N, H, W, inChannels] → [N, H, W, filters] with variables `name/kernel` and `name/bias`. Only weights
 * that see something exist, but for `raster`, whose kernel is cut to its upper rows and masked in the last of them:
 *
 *   raster [h + 1, k, …], vertical [h or h + 1, k, …], horizontal [1, h or h + 1, …] with h = (k − 1) / 2
 */
export function maskedConv2dLayer(program: Program, name: string, options: MaskedConv2dLayerOptions): MaskedConv2d {
  const { inChannels, filters, kernel, mask, field = 'raster', dilation = 1, bias = true } = options;
  const half = (kernel - 1) / 2;
  const own = mask === 'B' ? 1 : 0;
  const [rows, columns] = {
    raster: [half + 1, kernel],
    vertical: [half + own, kernel],
    horizontal: [1, half + own],
  }[field] as [number, number];
  const weights = program.variable(`${name}/kernel`, {
    shape: [rows, columns, inChannels, filters],
    initialiser: options.initialiser ?? sonnetDefault(),
  });
  const offset = bias ? program.variable(`${name}/bias`, { shape: [filters], initialiser: zerosInit() }) : undefined;
  const reach = half * dilation;
  const pad = {
    raster: { top: reach, bottom: 0, left: reach, right: reach },
    vertical: { top: reach, bottom: 0, left: reach, right: reach },
    horizontal: { top: 0, bottom: 0, left: reach, right: 0 },
  }[field];
  const seen = field === 'raster' ? half * kernel + half + own : rows * columns;
  const keep =
    seen < rows * columns ? Array.from({ length: rows * columns }, (_, at) => (at < seen ? 1 : 0)) : undefined;
  const offsets = Array.from({ length: seen }, (_, at): Offset => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return [(field === 'horizontal' ? 0 : row - half) * dilation, (column - half) * dilation];
  });

  const conv = (x: Tensor): Tensor => {
    const [, height = 0, width = 0] = x.shape;
    const kernelWeights = keep ? mul(weights.read(), constant(keep, [rows, columns, 1, 1])) : weights.read();
    const all = conv2d(zeroPad2d(x, pad), kernelWeights, { padding: 'valid', dilation });
    // type A ends before the cell itself, so there is an output too many at the far side
    const isWhole = all.shape[1] === height && all.shape[2] === width;
    const y = isWhole ? all : slice(all, [0, 0, 0, 0], [-1, height, width, -1]);
    return offset ? biasAdd(y, offset.read()) : y;
  };
  conv.at = (input: KeptCells, cells: Tensor): Tensor => {
    // what is masked comes last in the kernel, so it is left out of the product
    const all = reshape(weights.read(), [rows * columns * inChannels, filters]);
    const seenWeights = keep ? slice(all, [0, 0], [seen * inChannels, -1]) : all;
    const product = matMul(input.around(cells, offsets), seenWeights);
    const y = offset ? biasAdd(product, offset.read()) : product;
    return reshape(y, [cells.shape[0] ?? 0, -1, filters]);
  };
  return conv;
}
