import type { Program } from '../tensorflow/graph';
import { layerNorm } from '../tensorflow/ops';
import { onesInit, zerosInit } from './initialisers';
import type { Layer } from './layers';

/**
 * Layer normalisation over the last axis (Ba, Kiros, Hinton 2016): [..., channels] → the same, with variables `name/scale`
 * (at first 1) and `name/offset` (0). The variance is the biased one.
 */
export function layerNormLayer(
  program: Program,
  name: string,
  { channels, epsilon = 1e-5 }: { channels: number; epsilon?: number },
): Layer {
  const scale = program.variable(`${name}/scale`, { shape: [channels], initialiser: onesInit() });
  const offset = program.variable(`${name}/offset`, { shape: [channels], initialiser: zerosInit() });
  return (x) => layerNorm(x, scale.read(), offset.read(), epsilon);
}
