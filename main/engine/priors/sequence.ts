import { type CodesLatent, layersOf, latentSize } from '@shared/specs';
import { NEVER } from '../nn';
import { constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { type TokenOrder, cellsInOrder } from './orders';

/**
 * An item's codes as one sequence of tokens, the coarsest level first: level by level its cells in the order asked for, at each
 * cell its stages one after the other. A layer's codes are tokens of their own: code k of a layer is token `firstCode` + k, so
 * that the vocabulary is that of all layers together.
 */
export interface TokenSequence {
  /** L = latentSize */
  readonly length: number;
  /** V, the sum of all layers' codes. */
  readonly vocabulary: number;
  /** For each position, where its code stands in an item's codes. */
  readonly places: Int32Array;
  /** For each position, which tokens it can have: from `first` on, `codes` of them. */
  readonly first: Int32Array;
  readonly codes: Int32Array;
  /** Codes [N, L] int32 as items hold them → tokens [N, L]. */
  toTokens(codes: Tensor): Tensor;
  /** Tokens [N, L], −1 where one is open → codes as items hold them, −1 likewise. */
  toCodes(tokens: Tensor): Tensor;
  /** Values of an item's codes [N, L] → of positions. */
  toPositions(values: Tensor): Tensor;
  /** Values of positions [N, L, ...] → of an item's codes. */
  toItems(values: Tensor): Tensor;
  /** Which tokens can stand where: bool [L, V]. */
  possible(): Tensor;
  /** Logits [..., L, V] → the same with −10⁹ for tokens that can't stand there. */
  restrict(logits: Tensor): Tensor;
  /** The same at one position (int32 [1]): logits [N, V]. */
  restrictAt(logits: Tensor, position: Tensor): Tensor;
}

export function tokenSequence(latent: CodesLatent, order: TokenOrder): TokenSequence {
  const layers = layersOf(latent);
  const length = latentSize(latent);
  const vocabulary = layers.reduce((sum, { codes }) => sum + codes, 0);
  const positions = latent.levels.flatMap(({ axes, depth }, level) => {
    const stages = layers.filter((layer) => layer.level === level);
    return cellsInOrder(order, axes).flatMap((cell) =>
      stages.map(({ first, codes, firstCode, stage }) => ({ place: first + cell * depth, codes, firstCode, stage })),
    );
  });
  const places = Int32Array.from(positions, ({ place }) => place);
  const first = Int32Array.from(positions, ({ firstCode }) => firstCode);
  const codes = Int32Array.from(positions, (position) => position.codes);
  const inverse = new Int32Array(length);
  places.forEach((place, position) => (inverse[place] = position));
  const isInOrder = places.every((place, position) => place === position);
  const isOne = layers.length === 1;

  const within = (from: Tensor, count: Tensor): Tensor => {
    const token = ops.range(0, vocabulary);
    return ops.logicalAnd(ops.lessEqual(from, token), ops.greater(ops.add(from, count), token));
  };
  const column = (values: Int32Array) => ops.expandDims(constant(values, [length], 'int32'), 1);
  const possible = () => within(column(first), column(codes));
  const along = (values: Tensor, order: Int32Array): Tensor =>
    isInOrder ? values : ops.gatherAlong(values, constant(order, [length], 'int32'), 1);
  const toPositions = (values: Tensor) => along(values, places);
  const toItems = (values: Tensor) => along(values, inverse);

  return {
    length,
    vocabulary,
    places,
    first,
    codes,
    toTokens(items) {
      const ordered = toPositions(items);
      return isOne ? ordered : ops.add(ordered, constant(first, [length], 'int32'));
    },
    toCodes(tokens) {
      const local = isOne ? tokens : ops.sub(tokens, constant(first, [length], 'int32'));
      return toItems(ops.where(ops.less(tokens, 0), -1, local));
    },
    toPositions,
    toItems,
    possible,
    restrict: (logits) => (isOne ? logits : ops.where(possible(), logits, NEVER)),
    restrictAt(logits, position) {
      if (isOne) return logits;
      const at = (values: Int32Array) => ops.gather(constant(values, [length], 'int32'), position);
      return ops.where(within(at(first), at(codes)), logits, NEVER);
    },
  };
}

/** Codes [N, L] as items hold them, −1 where open → tokens. */
export function tokensOf({ length, places, first }: TokenSequence, codes: Int32Array): Int32Array {
  return codes.map((_, at) => {
    const position = at % length;
    const code = codes[at - position + (places[position] ?? 0)] ?? -1;
    return code < 0 ? -1 : code + (first[position] ?? 0);
  });
}

/** Tokens [N, L], −1 where open → codes as items hold them. */
export function codesOf({ length, places, first }: TokenSequence, tokens: Int32Array): Int32Array {
  const codes = new Int32Array(tokens.length);
  tokens.forEach((token, at) => {
    const position = at % length;
    codes[at - position + (places[position] ?? 0)] = token < 0 ? -1 : token - (first[position] ?? 0);
  });
  return codes;
}
