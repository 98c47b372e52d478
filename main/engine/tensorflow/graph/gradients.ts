import { AppError } from '@shared/errors';
import { type Tensor, tf } from '../native/load';
import { backpropagate, isTaping, untaped, withTape } from './tape';
import type { Variable } from './types';

/** What a loss is differentiated by: a variable, or a tensor that it is computed from. */
export type Differentiated = Variable | Tensor;

/**
 * Runs `body` on a tape and differentiates its scalar `loss`. Everything that the body returns (reconstruction,
 * perplexity, …) is passed on in `value`. `grads[i]` has the shape of `of[i]`. Inside another `gradients` the result
 * can be differentiated again, wherever the gradients of the ops involved are ops themselves.
 * @throws CAPTURE if the loss doesn't depend on one of them (a frozen or forgotten part of a model), or naming an op on
 *   the way that has no gradient: nothing is left out silently
 */
export function gradients<T extends { loss: Tensor } & Record<string, Tensor>>(
  body: () => T,
  of: readonly Differentiated[],
): { value: T; grads: Tensor[] } {
  const tensors = of.map(valueOf);
  const isInner = isTaping();
  return withTape(() => {
    const value = body();
    const grads = () => differentiate(value.loss, of, tensors);
    return { value, grads: isInner ? grads() : untaped(grads) };
  });
}

/**
 * The gradients of a scalar that the body of a `gradients` around us has computed so far, with respect to anything it
 * was computed from. Nothing runs twice: for several losses over one forward pass (the adaptive weight of VQGAN, Esser
 * et al. 2021, section 3.2), and for penalties on a gradient. The results can be differentiated again.
 * @throws CAPTURE as `gradients` does, and outside of one
 */
export function gradientsOf(loss: Tensor, of: readonly Differentiated[]): Tensor[] {
  if (!isTaping()) throw new AppError('CAPTURE', 'gradientsOf works only inside the body of gradients().');
  return differentiate(loss, of, of.map(valueOf));
}

/** Like `gradientsOf`, but the results are constants: cheaper, since nothing is kept to differentiate them again. */
export function constantGradientsOf(loss: Tensor, of: readonly Differentiated[]): Tensor[] {
  if (!isTaping()) throw new AppError('CAPTURE', 'constantGradientsOf works only inside the body of gradients().');
  const tensors = of.map(valueOf);
  return untaped(() => differentiate(loss, of, tensors));
}

function differentiate(loss: Tensor, of: readonly Differentiated[], tensors: readonly Tensor[]): Tensor[] {
  if (loss.size !== 1) {
    throw new AppError('CAPTURE', `The loss has the shape [${loss.shape.join(', ')}]; only a scalar has a gradient.`);
  }
  return backpropagate(loss, tensors).map((gradient, index) => {
    if (gradient) return gradient;
    const part = of[index];
    const what = part instanceof tf.Tensor ? `a tensor [${part.shape.join(', ')}]` : `"${part?.name}"`;
    throw new AppError('CAPTURE', `The loss doesn't depend on ${what}, so it has no gradient.`);
  });
}

function valueOf(part: Differentiated): Tensor {
  return part instanceof tf.Tensor ? part : part.read();
}
