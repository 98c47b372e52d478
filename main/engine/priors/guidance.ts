import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/**
 * Classifier-free guidance (Ho and Salimans 2022): logits u + w · (c − u), with c those given the class and u those without. Both come
 * from one pass over twice the batch, whose second half is told nothing.
 * @param inputs what the network reads, [N, ...]
 * @param labels what each is told, int32 [N]: 0 nothing, 1 + c that it is of class c
 * @param guidance w; null: one pass, as it is told
 */
export function guided(
  inputs: Tensor,
  labels: Tensor,
  guidance: Tensor | null,
  logits: (inputs: Tensor, labels: Tensor) => Tensor,
): Tensor {
  if (!guidance) return logits(inputs, labels);
  const nothing = ops.zeros(labels.shape, 'int32');
  const both = logits(ops.concat([inputs, inputs], 0), ops.concat([labels, nothing], 0));
  const [told, untold] = ops.split(both, 2) as [Tensor, Tensor];
  return ops.add(untold, ops.mul(guidance, ops.sub(told, untold)));
}
