import { type Layer, embeddingLayer, normalInit } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/**
 * What convolutions over codes see of a token: a vector, int32 [...] → [..., channels], with the variable `name/codes/table`. Drawn from
 * N(0, 0.1²): Adam moves every component by its rate whatever its size, so that with the usual N(0, 1) vectors hardly turn early on.
 */
export function codeVectors(
  program: Program,
  name: string,
  { vocabulary, channels }: { vocabulary: number; channels: number },
): Layer {
  const initialiser = normalInit(0.1);
  return embeddingLayer(program, `${name}/codes`, { entries: vocabulary, dimension: channels, initialiser });
}

/** The cell before one (−1 before the first) and what a cache keeps there: the vector of its token, before the first 0. */
export function tokenBefore(cell: Tensor, vectors: Tensor): [cell: Tensor, values: Tensor] {
  return [ops.sub(cell, ops.scalar(1, 'int32')), ops.where(ops.equal(cell, 0), 0, vectors)];
}
