import type { Codebook } from '@shared/contract';
import { deadCodes, perplexity, usage } from '../metrics';
import { type CodeLayer, layerCodes } from '@shared/specs';
import type { LoadedCodeRun } from '../training';
import { orderByLikeness } from './likeness';
import { breathe } from './long-jobs';
import type { SplitCodes, SplitRequest } from './split-codes';

const orders = new WeakMap<LoadedCodeRun, Map<CodeLayer, Int32Array>>();

/** How a layer's codebook is used over a whole split: how often, where in the picture, and which codes are alike. */
export async function analyseCodebook(
  splitCodes: SplitCodes,
  request: SplitRequest,
  layer: CodeLayer,
): Promise<Codebook> {
  const { model } = request;
  const { codes } = layer;
  const cells = layer.cells;
  const positions = new Uint32Array(codes * cells);
  let items = 0;
  for await (const batch of splitCodes.batches(request)) {
    items += batch.items.length;
    const perItem = batch.codes.length / batch.items.length;
    batch.items.forEach((_, i) => {
      const own = layerCodes(layer, batch.codes.subarray(i * perItem, (i + 1) * perItem));
      own.forEach((code, cell) => (positions[code * cells + cell]! += 1));
    });
  }
  const counts = new Uint32Array(codes);
  for (let at = 0; at < positions.length; at++) counts[Math.floor(at / cells)]! += positions[at]!;
  const pause = () => breathe(request.signal);
  const known = orders.get(model) ?? new Map<CodeLayer, Int32Array>();
  orders.set(model, known);
  const vectors = model.codebook(layer);
  const byLikeness = known.get(layer) ?? (await orderByLikeness(vectors, vectors.length / codes, pause));
  known.set(layer, byLikeness);
  return {
    step: model.info.step,
    items,
    codes,
    counts,
    positions,
    perplexity: perplexity(counts),
    usage: usage(counts),
    deadCodes: deadCodes(counts),
    byLikeness,
  };
}
