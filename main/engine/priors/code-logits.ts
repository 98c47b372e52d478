import { type CodesLatent, layersOf } from '@shared/specs';
import { NEVER } from '../nn';
import { constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { TokenSequence } from './sequence';

/**
 * Logits of tokens at positions [N, L, V] → of an item's codes [N, L, K], in the order in which items hold them, K being the codes of
 * the layer that has most: entry k of a code is that it is k, −10⁹ beyond what its layer has.
 */
export function codeLogits(latent: CodesLatent, { toItems }: TokenSequence, logits: Tensor): Tensor {
  const items = toItems(logits);
  const layers = layersOf(latent);
  if (layers.length === 1) return items;
  const [batch = 0, length = 0] = items.shape;
  const most = Math.max(...layers.map(({ codes }) => codes));
  const places = layers.map(({ first, stride, cells }) =>
    Int32Array.from({ length: cells }, (_, cell) => first + cell * stride),
  );
  const own = layers.map(({ firstCode, codes }, layer) => {
    const rows = places[layer]!;
    const all = ops.gatherAlong(items, constant(rows, [rows.length], 'int32'), 1);
    const some = ops.slice(all, [0, 0, firstCode], [-1, -1, codes]);
    return codes === most ? some : ops.concat([some, ops.fill([batch, rows.length, most - codes], NEVER)], 2);
  });
  const back = new Int32Array(length);
  places.flatMap((rows) => [...rows]).forEach((place, at) => (back[place] = at));
  return ops.gatherAlong(ops.concat(own, 1), constant(back, [length], 'int32'), 1);
}
