import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Labels int32 [N], −1 for none → what a network is given: 0 nothing, 1 + c that the item is of class c. */
export type Told = (labels: Tensor, step?: Tensor) => Tensor;

/**
 * With the step it trains: a share of the items is then shown without their class, so that the same network knows both
 * (Ho and Salimans 2022). Without classes nobody is told anything.
 */
export function createTold(options: { classes: number; dropCondition: number; seed: number }): Told {
  const { classes, dropCondition, seed } = options;
  return (labels, step) => {
    if (classes === 0) return ops.zeros(labels.shape, 'int32');
    const given = ops.add(labels, ops.scalar(1, 'int32'));
    if (step === undefined || dropCondition === 0) return given;
    const dropped = ops.less(ops.random.uniform(labels.shape, ops.seedOf(seed, step, DROPPED)), dropCondition);
    return ops.where(dropped, 0, given);
  };
}

/** The stream of which classes are left out. */
const DROPPED = 3;
