import type { Initialiser, Program } from '../tensorflow/graph';
import { biasAdd, conv2d } from '../tensorflow/ops';
import { sonnetDefault, zerosInit } from './initialisers';
import type { Layer } from './layer';

export interface Conv2dLayerOptions {
  inChannels: number;
  filters: number;
  kernel: number;
  stride?: number;
  padding?: 'same' | 'valid';
  dilation?: number;
  /** Adds a bias, at first 0. On by default. */
  bias?: boolean;
  initialiser?: Initialiser;
}

/** Convolution [N, H, W, inChannels] → [N, H', W', filters] with variables `name/kernel` and `name/bias`. */
export function conv2dLayer(program: Program, name: string, options: Conv2dLayerOptions): Layer {
  const { inChannels, filters, kernel, stride = 1, padding = 'same', dilation = 1, bias = true } = options;
  const weights = program.variable(`${name}/kernel`, {
    shape: [kernel, kernel, inChannels, filters],
    initialiser: options.initialiser ?? sonnetDefault(),
  });
  const offset = bias ? program.variable(`${name}/bias`, { shape: [filters], initialiser: zerosInit() }) : undefined;
  return (x) => {
    const y = conv2d(x, weights.read(), { stride, padding, dilation });
    return offset ? biasAdd(y, offset.read()) : y;
  };
}
