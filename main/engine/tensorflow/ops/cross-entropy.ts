import type { Tensor } from '../native/load';
import { sum, reshape } from './broadcast';
import { abs, add, div, maximum, mul, neg, sub } from './arithmetic';
import { exp, log1p } from './exponentials';
import { cast } from './cast';
import { differentiable, kernels, require, requireInt32, tapedParts } from './kernel';
import { relu } from './activations';
import { mean } from './reductions';
import { expandDims } from './shape';
import { sigmoid } from './sigmoid';
import { logSoftmax, softmax } from './softmax';
import { where } from './where';

export interface SparseCrossEntropyOptions {
  /** ε in [0, 1): the share of the target that is spread evenly over all classes (Szegedy et al. 2016, section 7). */
  smoothing?: number;
  /** Bool mask of the labels' shape: where it is false, the loss is 0 and the label may be anything. */
  mask?: Tensor;
}

/**
 * −log softmax(logits)[label], with smoothing (1 − ε) times that plus ε · mean over k of −log softmax(logits)[k].
 * @param logits [..., K]
 * @param labels [...] int32 in [0, K)
 * @returns [...] in nats
 */
export function sparseSoftmaxCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  { smoothing = 0, mask }: SparseCrossEntropyOptions = {},
): Tensor {
  requireInt32('sparseSoftmaxCrossEntropy', 'labels', labels);
  require(logits.shape.slice(0, -1).join() === labels.shape.join(), 'sparseSoftmaxCrossEntropy', () =>
    `logits [${logits.shape.join(', ')}] don't fit labels [${labels.shape.join(', ')}]`);
  const classes = logits.shape[logits.rank - 1] ?? 0;
  const known = mask ? where(mask, labels, 0) : labels;
  const hard = reshape(rowsOf(reshape(logits, [-1, classes]), reshape(known, [-1])), labels.shape);
  const loss = smoothing === 0 ? hard : add(mul(hard, 1 - smoothing), mul(mean(logSoftmax(logits), -1), -smoothing));
  return mask ? where(mask, loss, 0) : loss;
}

/** One kernel gives the loss [N] and its gradient [N, K], which is softmax(logits) − oneHot(labels). */
function rowsOf(logits: Tensor, labels: Tensor): Tensor {
  const [loss] = tapedParts(
    'sparseSoftmaxCrossEntropy',
    [logits],
    () => kernels('SparseSoftmaxCrossEntropyWithLogits', [logits, labels], 2),
    [
      ([dLoss, dSlope], [, slope]) => {
        const first = dLoss && mul(expandDims(dLoss, 1), slope as Tensor);
        const second = dSlope && softmaxGradient(logits, dSlope);
        return (first && second ? add(first, second) : (first ?? second)) as Tensor;
      },
    ],
  );
  return loss as Tensor;
}

function softmaxGradient(logits: Tensor, dy: Tensor): Tensor {
  const y = softmax(logits);
  const weighted = mul(dy, y);
  return sub(weighted, mul(y, sum(weighted, -1, true)));
}

/**
 * −Σ target · log softmax(logits) along the last axis, for targets that are distributions.
 * @param logits, targets [..., K]
 * @returns [...] in nats
 */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  return neg(sum(mul(targets, logSoftmax(logits)), -1));
}

/**
 * −z log σ(x) − (1 − z) log(1 − σ(x)), element by element, for logits x and targets z in [0, 1] of one shape.
 * @returns nats, of that shape
 */
export function sigmoidCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  return differentiable(
    'sigmoidCrossEntropy',
    [logits, targets],
    () => add(sub(relu(logits), mul(logits, targets)), log1p(exp(neg(abs(logits))))),
    [(dy) => mul(dy, sub(sigmoid(logits), targets)), (dy) => neg(mul(dy, logits))],
  );
}

/** The mean of the values where the mask (bool, same shape) holds; 0 where it holds nowhere. */
export function maskedMean(values: Tensor, mask: Tensor): Tensor {
  return div(sum(where(mask, values, 0)), maximum(sum(cast(mask, 'float32')), 1));
}
