import type { Tensor } from '../tensorflow/native/load';
import type { Condition } from './condition';

/** A network over one grid of tokens in raster order: a part of a prior over an item's codes (see `levels`). */
export interface GridNetwork {
  /**
   * Tokens [N, H, W] int32 → logits [N, H, W, V] of each, given those before it in raster order.
   * @param step int32 scalar, where it trains
   */
  logits(tokens: Tensor, condition: Condition, step?: Tensor): Tensor;
  /** The same cell by cell, with caches for `batch` grids; made outside of functions, used in one. */
  stepper(options: { batch: number }): NextCell;
}

/**
 * Logits [N, V] of the token at `cell` (int32 [1]), given the token before it, `last` int32 [N] (any at cell 0). Cells come in order;
 * cell 0 begins anew.
 * @param above features [n, N, A] of the levels above at cells int32 [n]
 */
export type NextCell = (
  last: Tensor,
  cell: Tensor,
  condition: { given: Tensor; above?: FeaturesAt | undefined },
) => Tensor;
export type FeaturesAt = (cells: Tensor) => Tensor;

export interface GridOptions {
  height: number;
  width: number;
  /** V: tokens are 0 … V − 1. */
  vocabulary: number;
  /** Classes that a grid can be conditioned on: 0. */
  classes?: number;
  /** A, channels of the features of the levels above: 0, there are none. */
  above?: number;
  /** The run's seed, for dropout: 0. */
  seed?: number;
}
