import type { Initialiser, Program } from '../tensorflow/graph';
import { biasAdd, depthwiseConv2d } from '../tensorflow/ops';
import { truncatedNormal, zerosInit } from './initialisers';
import type { Layer } from './layer';

export interface DepthwiseConv2dLayerOptions {
  channels: number;
  /** Filters a channel, 1 if left out. */
  multiplier?: number;
  kernel: number;
  stride?: number;
  padding?: 'same' | 'valid';
  dilation?: number;
  bias?: boolean;
  initialiser?: Initialiser;
}

/**
 * Convolution of each channel by itself, [N, H, W, channels] → [N, H', W', channels · multiplier], with variables `name/kernel`
 * [k, k, channels, multiplier] and `name/bias`. A unit sees k² values, after which its weights are scaled.
 */
export function depthwiseConv2dLayer(program: Program, name: string, options: DepthwiseConv2dLayerOptions): Layer {
  const { channels, multiplier = 1, kernel, stride = 1, padding = 'same', dilation = 1, bias = true } = options;
  const weights = program.variable(`${name}/kernel`, {
    shape: [kernel, kernel, channels, multiplier],
    initialiser: options.initialiser ?? truncatedNormal(1 / kernel),
  });
  const offset = bias
    ? program.variable(`${name}/bias`, { shape: [channels * multiplier], initialiser: zerosInit() })
    : undefined;
  return (x) => {
    const y = depthwiseConv2d(x, weights.read(), { stride, padding, dilation });
    return offset ? biasAdd(y, offset.read()) : y;
  };
}
