import type { Tensor } from '../tensorflow/native/load';

/** What a training step of a prior finds: scalars. */
export interface PriorLoss {
  /** What is differentiated. */
  total: Tensor;
  terms: Readonly<Record<string, Tensor>>;
  /**
   * Always `nats`, −log p a code of the batch as training shows it, and `accuracy`, the share of codes that were the likeliest; of a
   * prior with `rounds` instead `masked-nats` and `masked-accuracy`, of the codes that were masked.
   */
  metrics: Readonly<Record<string, Tensor>>;
}
