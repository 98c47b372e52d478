import type { Program } from '../tensorflow/graph';
import { groupNorm } from '../tensorflow/ops';
import { onesInit, zerosInit } from './initialisers';
import type { Layer } from './layers';

export interface GroupNormLayerOptions {
  channels: number;
  /** Divides `channels`; 32 if left out, as in VQGAN. */
  groups?: number;
  /** 1e-6 if left out, as in VQGAN. */
  epsilon?: number;
}

/**
 * Group normalisation (Wu and He 2018): the channels of an item in `groups` groups of neighbours, each brought to mean 0 and
 * (biased) variance 1 over its channels and all positions; then a scale and an offset a channel. [N, …, channels] → the
 * same, with variables `name/scale` (at first 1) and `name/offset` (0).
 */
export function groupNormLayer(program: Program, name: string, options: GroupNormLayerOptions): Layer {
  const { channels, groups = 32, epsilon = 1e-6 } = options;
  const scale = program.variable(`${name}/scale`, { shape: [channels], initialiser: onesInit() });
  const offset = program.variable(`${name}/offset`, { shape: [channels], initialiser: zerosInit() });
  return (x) => groupNorm(x, groups, scale.read(), offset.read(), epsilon);
}
