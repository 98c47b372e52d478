import { dropout, seedOf } from '../tensorflow/ops';
import type { TrainedLayer } from './layers';

/**
 * Dropout (Srivastava et al. 2014, inverted): in training each value is 0 with probability `rate`, else value / (1 − rate);
 * in evaluation nothing happens. What is dropped is a function of the run's seed, the layer's name and the step alone.
 */
export function dropoutLayer(name: string, { rate, seed }: { rate: number; seed: number }): TrainedLayer {
  const stream = streamOf(name);
  return (x, step) => (step === undefined ? x : dropout(x, rate, seedOf(seed, step, stream)));
}

/** A name's own stream of draws: FNV-1a over its UTF-16 units, 0 … 2³¹ − 1. */
function streamOf(name: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) value = Math.imul(value ^ name.charCodeAt(index), 0x01000193);
  return value >>> 1;
}
