import { constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { ranksOf } from './ranks';

/**
 * Which codes a training step masks: bool [N, L], of each item as many as its r in [0, 1) lies below thresholds (`maskThresholds`, [L]),
 * at random places. A function of the run's seed and the step alone.
 */
export function drawnMask(batch: number, thresholds: Float32Array, seed: number, step: Tensor): Tensor {
  const { length } = thresholds;
  const r = ops.random.uniform([batch, 1], ops.seedOf(seed, step, PLACE));
  const count = ops.sum(ops.cast(ops.less(r, constant(thresholds, [length])), 'float32'), 1, true);
  const noise = ops.random.uniform([batch, length], ops.seedOf(seed, step, MASKED));
  return ops.less(ops.cast(ranksOf(noise), 'float32'), count);
}

/** Streams of what is random, beside those of dropout and of dropped conditions. */
const [PLACE, MASKED] = [4, 5];
