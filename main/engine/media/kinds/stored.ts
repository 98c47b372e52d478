import { type ItemType, type Signal, dtypeOf, mediumOf, shapeOf } from '@shared/specs';
import type { Tensor } from '../../tensorflow/native/load';
import * as ops from '../../tensorflow/ops';

/** Types of feeds that take items as they are stored. */
const feedTypes = { u8: 'uint8', f32: 'float32' } as const;

/** A feed of `count` items as they are stored. */
export const feedOf = (signal: Signal, count: number) => ({
  shape: [count, ...shapeOf(signal)],
  dtype: feedTypes[dtypeOf(signal)],
});

/** Stored values of a medium → the models' range, float32 about [−0.5, 0.5]. */
export function fromStored(medium: { kind: string }, stored: Tensor): Tensor {
  const [low, high] = mediumOf(medium).range;
  const values = ops.cast(stored, 'float32');
  return ops.sub(ops.div(low === 0 ? values : ops.sub(values, low), high - low), 0.5);
}

/** The models' range → stored values, limited to the medium's range; rounded to int32 where it stores whole numbers. */
export function toStored(medium: { kind: string }, values: Tensor): Tensor {
  const [low, high] = mediumOf(medium).range;
  const scaled = ops.mul(ops.add(values, 0.5), high - low);
  const limited = ops.clip(low === 0 ? scaled : ops.add(scaled, low), low, high);
  return (dtypeOf(medium) as ItemType) === 'f32' ? limited : ops.cast(ops.round(limited), 'int32');
}
