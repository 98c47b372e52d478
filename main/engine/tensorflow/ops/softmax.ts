import { type Tensor, tf } from '../native/load';
import { at, differentiable, kernel, kernels, requireInt32, requireRank } from './kernel';

/** Over the last axis. */
export const softmax = (x: Tensor): Tensor => tf.softmax(x);

/** log(softmax(x)) over the last axis, without overflow. */
export const logSoftmax = (x: Tensor): Tensor => tf.logSoftmax(x);

/**
 * −log softmax(logits)[label], a row.
 * @param logits [N, K]
 * @param labels [N] int32 in [0, K)
 * @returns [N] in nats
 */
export function sparseSoftmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  requireRank('sparseSoftmaxCrossEntropy', 'logits', logits, 2);
  requireInt32('sparseSoftmaxCrossEntropy', 'labels', labels);
  return differentiable(
    [logits],
    () => {
      const [loss, backprop] = kernels('SparseSoftmaxCrossEntropyWithLogits', [logits, labels], 2);
      return { value: loss as Tensor, saved: [backprop as Tensor] };
    },
    (dy, saved) => tf.mul(tf.expandDims(dy, 1), at(saved, 0)),
  );
}

/**
 * −z log σ(x) − (1 − z) log(1 − σ(x)), element by element, for logits x and targets z in [0, 1] of one shape.
 * @returns nats, of that shape
 */
export function sigmoidCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const loss = (x: Tensor, z: Tensor) => tf.add(tf.sub(tf.relu(x), tf.mul(x, z)), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
  return differentiable(
    [logits, targets],
    () => ({ value: tf.tidy(() => loss(logits, targets)), saved: [logits, targets] }),
    (dy, saved) => {
      const [x, z] = [at(saved, 0), at(saved, 1)];
      return [tf.mul(dy, tf.sub(kernel('Sigmoid', [x]), z)), tf.mul(dy, tf.neg(x))];
    },
  );
}
