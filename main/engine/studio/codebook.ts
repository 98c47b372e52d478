import type { Codebook } from '@shared/contract';
import { deadCodes, perplexity, usage } from '../metrics';
import type { LoadedRun } from '../training';
import { orderByLikeness } from './likeness';
import { breathe } from './long-jobs';
import type { SplitCodes, SplitRequest } from './split-codes';

const orders = new WeakMap<LoadedRun, Int32Array>();

/** How a codebook is used over a whole split: how often, where in the picture, and which codes are alike. */
export async function analyseCodebook(splitCodes: SplitCodes, request: SplitRequest): Promise<Codebook> {
  const { codes, dimension, grid, step } = request.model.info;
  const cells = grid.height * grid.width;
  const positions = new Uint32Array(codes * cells);
  let items = 0;
  for await (const batch of splitCodes.batches(request)) {
    items += batch.items.length;
    batch.codes.forEach((code, at) => (positions[code * cells + (at % cells)]! += 1));
  }
  const counts = new Uint32Array(codes);
  for (let at = 0; at < positions.length; at++) counts[Math.floor(at / cells)]! += positions[at]!;
  const pause = () => breathe(request.signal);
  const byLikeness = orders.get(request.model) ?? (await orderByLikeness(request.model.codebook(), dimension, pause));
  orders.set(request.model, byLikeness);
  return {
    step,
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
