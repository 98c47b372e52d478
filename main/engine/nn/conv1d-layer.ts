import type { Initialiser, Program } from '../tensorflow/graph';
import { biasAdd, conv1d } from '../tensorflow/ops';
import { sonnetDefault, zerosInit } from './initialisers';
import type { Layer } from './layer';

export interface Conv1dLayerOptions {
  inChannels: number;
  filters: number;
  kernel: number;
  stride?: number;
  /** `causal` pads before the beginning only, so that no output sees what comes after it (WaveNet, van den Oord et al. 2016). */
  padding?: 'same' | 'valid' | 'causal';
  dilation?: number;
  bias?: boolean;
  initialiser?: Initialiser;
}

/** Convolution of sequences [N, L, inChannels] → [N, L', filters] with variables `name/kernel` [k, inChannels, filters] and `name/bias`. */
export function conv1dLayer(program: Program, name: string, options: Conv1dLayerOptions): Layer {
  const { inChannels, filters, kernel, stride = 1, padding = 'same', dilation = 1, bias = true } = options;
  const weights = program.variable(`${name}/kernel`, {
    shape: [kernel, inChannels, filters],
    initialiser: options.initialiser ?? sonnetDefault(),
  });
  const offset = bias ? program.variable(`${name}/bias`, { shape: [filters], initialiser: zerosInit() }) : undefined;
  return (x) => {
    const y = conv1d(x, weights.read(), { stride, padding, dilation });
    return offset ? biasAdd(y, offset.read()) : y;
  };
}
