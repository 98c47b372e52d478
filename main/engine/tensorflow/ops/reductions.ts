import { type Tensor, tf } from '../native/load';
import { add, div, mul, sub } from './arithmetic';
import { type Axes, axesOf, keptShape, reshape, spread, sum } from './broadcast';
import { exp, log } from './exponentials';
import { cast } from './cast';
import { differentiable, untaped } from './kernel';
import { equal } from './logic';

export function mean(x: Tensor, axis?: Axes, keepDims = false): Tensor {
  return differentiable('mean', [x], () => tf.mean(x, axesOf(axis), keepDims), [
    (dy) => spread(mul(dy, dy.size / x.size), x, axis),
  ]);
}

/** Maximum. The gradient goes to the largest value; equal values share it equally. */
export function max(x: Tensor, axis?: Axes, keepDims = false): Tensor {
  return differentiable('max', [x], () => tf.max(x, axesOf(axis), keepDims), [(dy, y) => toExtreme(dy, y, x, axis)]);
}

/** Minimum. The gradient goes to the smallest value; equal values share it equally. */
export function min(x: Tensor, axis?: Axes, keepDims = false): Tensor {
  return differentiable('min', [x], () => tf.min(x, axesOf(axis), keepDims), [(dy, y) => toExtreme(dy, y, x, axis)]);
}

/** log Σ exp(x), without overflow. */
export function logSumExp(x: Tensor, axis?: Axes, keepDims = false): Tensor {
  const largest = untaped(() => max(x, axis, true));
  const total = sum(exp(sub(x, largest)), axis, true);
  const result = add(log(total), largest);
  return keepDims ? result : reshape(result, reducedShape(x, axis));
}

/** Cumulative sums along an axis; `exclusive` leaves out each value itself, `reverse` sums from the end. */
export function cumsum(x: Tensor, axis = -1, options: { exclusive?: boolean; reverse?: boolean } = {}): Tensor {
  const { exclusive = false, reverse = false } = options;
  const along = axis < 0 ? axis + x.rank : axis;
  return differentiable('cumsum', [x], () => tf.cumsum(x, along, exclusive, reverse), [
    (dy) => cumsum(dy, axis, { exclusive, reverse: !reverse }),
  ]);
}

function toExtreme(dy: Tensor, y: Tensor, x: Tensor, axis?: Axes): Tensor {
  const share = untaped(() => {
    const hit = cast(equal(x, reshape(y, keptShape(x, axis))), 'float32');
    return div(hit, sum(hit, axis, true));
  });
  return mul(spread(dy, x, axis), share);
}

function reducedShape(x: Tensor, axis?: Axes): number[] {
  const over = new Set(tf.util.parseAxisParam(axesOf(axis) as number[], x.shape));
  return x.shape.filter((_, each) => !over.has(each));
}
