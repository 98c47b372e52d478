import type { Initialiser, Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { depthToSpace, resizeNearest } from '../tensorflow/ops';
import { type Layer, conv2dLayer } from './layers';

/** Every cell twice in both directions: [N, H, W, C] → [N, 2H, 2W, C]. */
export function nearestUp(x: Tensor): Tensor {
  const [, height = 0, width = 0] = x.shape;
  return resizeNearest(x, [2 * height, 2 * width]);
}

export interface PixelShuffleUpOptions {
  inChannels: number;
  filters: number;
  /** Kernel of the convolution before the shuffle; 3 if left out. */
  kernel?: number;
  /** 2 if left out. */
  factor?: number;
  initialiser?: Initialiser;
}

/**
 * Sub-pixel convolution (Shi et al. 2016): [N, H, W, inChannels] → convolution to factor² · filters channels → each
 * cell's channels become factor × factor pixels, [N, factor · H, factor · W, filters]. Variables are the convolution's.
 */
export function pixelShuffleUp(program: Program, name: string, options: PixelShuffleUpOptions): Layer {
  const { filters, factor = 2, kernel = 3, ...rest } = options;
  const conv = conv2dLayer(program, name, { ...rest, kernel, filters: factor * factor * filters });
  return (x) => depthToSpace(conv(x), factor);
}
