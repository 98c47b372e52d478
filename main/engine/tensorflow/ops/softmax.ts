import { type Tensor, tf } from '../native/load';
import { sum } from './broadcast';
import { mul, sub } from './arithmetic';
import { exp } from './exponentials';
import { differentiable, kernel } from './kernel';
import { transpose } from './shape';

/** exp(x) / Σ exp(x) along an axis, without overflow. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return alongLast(x, axis, (rows) =>
    differentiable('softmax', [rows], () => tf.softmax(rows), [
      (dy, y) => {
        const weighted = mul(dy, y);
        return sub(weighted, mul(y, sum(weighted, -1, true)));
      },
    ]),
  );
}

/** log(softmax(x)) along an axis, without overflow. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return alongLast(x, axis, (rows) =>
    differentiable('logSoftmax', [rows], () => kernel('LogSoftmax', [rows]), [
      (dy, y) => sub(dy, mul(exp(y), sum(dy, -1, true))),
    ]),
  );
}

/** TensorFlow's kernels work along the last axis. */
function alongLast(x: Tensor, axis: number, f: (rows: Tensor) => Tensor): Tensor {
  const place = axis < 0 ? axis + x.rank : axis;
  if (place === x.rank - 1) return f(x);
  const swapped = x.shape.map((_, each) => (each === place ? x.rank - 1 : each === x.rank - 1 ? place : each));
  return transpose(f(transpose(x, swapped)), swapped);
}
