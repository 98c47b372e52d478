import type { Tensor } from '../tensorflow/native/load';

/** A network that gives each token of a sequence its distribution, given the tokens before it. */
export interface SequenceNetwork {
  /** L, tokens of a sequence. */
  readonly length: number;
  /** V: tokens are 0 … V − 1. */
  readonly vocabulary: number;
  /**
   * Tokens [N, L] int32 → logits [N, L, V] of each, given those before it.
   * @param given what each sequence is conditioned on beside its tokens, int32 [N]: 0 nothing, 1 + c that it is of class c
   * @param step int32 scalar, where it trains: dropout and the like derive from it
   */
  logits(tokens: Tensor, given: Tensor, step?: Tensor): Tensor;
  /** Lengths of the parts that a sequence consists of, where each goes by a stepper of its own; one if left out. */
  readonly parts?: readonly number[];
  /** The same logits position by position, with a cache for `batch` sequences; made outside of functions, used in one. */
  stepper(options: { batch: number; part?: number }): NextLogits;
}

/**
 * Logits [N, V] of the token at `position` (int32 [1]), given the token before it, `last` int32 [N] (any at position 0), and
 * `given` as above. What came earlier it remembers from the calls before, so positions come in order; position 0 begins anew.
 */
export interface NextLogits {
  (last: Tensor, position: Tensor, given: Tensor): Tensor;
  /** What has to be done once, in a call of its own, before the first position of its part: given the token before that. */
  begin?(last: Tensor): void;
}

/** The parts of a network's sequence: positions start … end − 1. */
export function partsOf({ length, parts = [length] }: SequenceNetwork): { part: number; start: number; end: number }[] {
  let end = 0;
  return parts.map((positions, part) => ({ part, start: end, end: (end += positions) }));
}

/**
 * The same network with one stepper for each number of sequences and part: a stepper's cache has variables of its own, and position 0
 * begins it anew, so those who go one after the other can share it.
 */
export function sharingSteppers(network: SequenceNetwork): SequenceNetwork {
  const steppers = new Map<string, NextLogits>();
  return {
    ...network,
    stepper({ batch, part = 0 }) {
      const key = `${batch} ${part}`;
      const known = steppers.get(key) ?? network.stepper({ batch, part });
      steppers.set(key, known);
      return known;
    },
  };
}
