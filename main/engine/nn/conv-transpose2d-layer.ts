import { biasAdd, conv2dTranspose } from '../tensorflow/ops';
import type { Program } from '../tensorflow/graph';
import type { Conv2dLayerOptions } from './conv2d-layer';
import { truncatedNormal, zerosInit } from './initialisers';
import type { Layer } from './layer';

export interface ConvTranspose2dLayerOptions extends Conv2dLayerOptions {
  /** [H', W'] if not the usual H · stride. */
  outputSize?: readonly [number, number];
}

/**
 * Transposed convolution [N, H, W, inChannels] → [N, H · stride, W · stride, filters] with variables `name/kernel`
 * [k, k, filters, inChannels] and `name/bias`. Drawn as Sonnet draws it: standard deviation 1 / sqrt(k² · inChannels).
 */
export function convTranspose2dLayer(program: Program, name: string, options: ConvTranspose2dLayerOptions): Layer {
  const { inChannels, filters, kernel, stride = 1, padding = 'same', dilation = 1, bias = true, outputSize } = options;
  const weights = program.variable(`${name}/kernel`, {
    shape: [kernel, kernel, filters, inChannels],
    initialiser: options.initialiser ?? truncatedNormal(1 / Math.sqrt(kernel * kernel * inChannels)),
  });
  const offset = bias ? program.variable(`${name}/bias`, { shape: [filters], initialiser: zerosInit() }) : undefined;
  const settings = { stride, padding, dilation, ...(outputSize ? { outputSize } : {}) };
  return (x) => {
    const y = conv2dTranspose(x, weights.read(), settings);
    return offset ? biasAdd(y, offset.read()) : y;
  };
}
