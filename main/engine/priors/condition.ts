import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** What a network is conditioned on beside the tokens before: nothing, a class, the levels above. */
export interface Condition {
  /** int32 [N]: 0 nothing, 1 + c the class c. */
  given: Tensor;
  /** Features [N, H, W, A] of the levels above, where there are any. */
  above?: Tensor | undefined;
}

/** A class, or −1 for none → what a network is given of it: see `Condition`. */
const givenOf = (label: number): number => label + 1;

/** What a network is given of `count` items’ classes, −1 for none; nothing where there are no labels. */
export const givenOfLabels = (labels: ArrayLike<number> | null | undefined, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, item) => givenOf(labels?.[item] ?? -1));

/** Labels int32 [N], −1 for none → `Condition.given`. */
export type Conditioning = (labels: Tensor, step?: Tensor) => Tensor;

/**
 * Conditions a prior on classes. With the step it trains: the condition of a share of the items is then dropped, so that the same
 * network knows both (Ho and Salimans 2022). Without classes nothing is given.
 */
export function createConditioning(options: { classes: number; dropCondition: number; seed: number }): Conditioning {
  const { classes, dropCondition, seed } = options;
  return (labels, step) => {
    if (classes === 0) return ops.zeros(labels.shape, 'int32');
    const given = ops.add(labels, ops.scalar(1, 'int32'));
    if (step === undefined || dropCondition === 0) return given;
    const dropped = ops.less(ops.random.uniform(labels.shape, ops.seedOf(seed, step, DROPPED)), dropCondition);
    return ops.where(dropped, 0, given);
  };
}

/** The stream of which conditions are dropped. */
const DROPPED = 3;

/**
 * Classifier-free guidance (Ho and Salimans 2022): logits u + w · (c − u), with c those of the condition and u those without. Both come
 * from one pass over twice the batch, in whose second half the condition is dropped.
 * @param inputs what the network reads, [N, ...]
 * @param given as in `Condition`, int32 [N]
 * @param guidance w; null: one pass, with the condition
 */
export function guided(
  inputs: Tensor,
  given: Tensor,
  guidance: Tensor | null,
  logits: (inputs: Tensor, given: Tensor) => Tensor,
): Tensor {
  if (!guidance) return logits(inputs, given);
  const dropped = ops.zeros(given.shape, 'int32');
  const both = logits(ops.concat([inputs, inputs], 0), ops.concat([given, dropped], 0));
  const [conditional, unconditional] = ops.split(both, 2) as [Tensor, Tensor];
  return ops.add(unconditional, ops.mul(guidance, ops.sub(conditional, unconditional)));
}
