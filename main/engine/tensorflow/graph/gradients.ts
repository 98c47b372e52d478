import { AppError } from '@shared/errors';
import { type Tensor, tf } from '../native/load';
import type { Variable } from './variable';

let differentiating = false;

/**
 * Runs `body` on tfjs's tape and differentiates its scalar `loss`. What else it returns (reconstruction, perplexity, …)
 * is passed on in `value`. `grads[i]` has the shape of `variables[i]`.
 * @throws CAPTURE if the loss doesn't depend on one of the variables (a frozen or forgotten part of a model), or inside
 *   another `gradients`: TensorFlow's gradient kernels aren't differentiated again, the result would be silently wrong
 */
export function gradients<T extends { loss: Tensor } & Record<string, Tensor>>(
  body: () => T,
  variables: readonly Variable[],
): { value: T; grads: Tensor[] } {
  if (differentiating) throw new AppError('CAPTURE', 'A gradient of a gradient is not supported.');
  differentiating = true;
  try {
    return differentiate(body, variables);
  } finally {
    differentiating = false;
  }
}

function differentiate<T extends { loss: Tensor } & Record<string, Tensor>>(
  body: () => T,
  variables: readonly Variable[],
): { value: T; grads: Tensor[] } {
  const values = variables.map((variable) => variable.read());
  let value: T | undefined;
  const kept: Tensor[] = [];
  const result = tf.engine().gradients(
    () => {
      value = body();
      for (const tensor of new Set(Object.values(value))) {
        if (tensor !== value.loss && !tensor.kept) kept.push(tf.keep(tensor));
      }
      return value.loss;
    },
    values,
    undefined,
    true,
  );
  for (const tensor of kept) release(tensor);
  if (!value) throw new AppError('INTERNAL', 'The differentiated function did not run.');
  const grads = result.grads.map((gradient: Tensor | undefined, index) => {
    if (gradient) return gradient;
    throw new AppError('CAPTURE', `The loss doesn't depend on "${variables[index]?.name}", so it has no gradient.`);
  });
  return { value, grads };
}

/** Hands a kept tensor back to the scope around us, which disposes of it when it ends. */
function release(tensor: Tensor): void {
  tensor.kept = false;
  (tf.engine() as unknown as { track(tensor: Tensor): Tensor }).track(tensor);
}
