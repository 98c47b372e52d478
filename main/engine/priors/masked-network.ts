import type { Tensor } from '../tensorflow/native/load';

/** A network that gives the masked tokens of a sequence their distributions, all at once, given the others. */
export interface MaskedNetwork {
  /** L, tokens of a sequence. */
  readonly length: number;
  /** V: tokens are 0 … V − 1; V itself is the mask. */
  readonly vocabulary: number;
  /**
   * Tokens [N, L] int32 in [0, V] → what is known of each position, [N, L, D].
   * @param given what each sequence is conditioned on beside its tokens, int32 [N]: 0 nothing, 1 + c that it is of class c
   * @param step int32 scalar, where it trains: dropout derives from it
   */
  states(tokens: Tensor, given: Tensor, step?: Tensor): Tensor;
  /** [..., D] → logits [..., V] */
  head(states: Tensor): Tensor;
}
