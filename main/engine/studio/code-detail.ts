import type { CodeDetail } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type CodeLayer, gridOf, layerCodes } from '@shared/specs';
import { openPack } from '../media';
import { squaredDistance } from './likeness';
import { patchShape } from './patches';
import { createPlaceChooser } from './places';
import type { SplitCodes, SplitRequest } from './split-codes';

/** Codes listed as nearest, at most. */
const NEAREST = 12;

/**
 * One code of a layer over a whole split: how often it is used, patches of items where it stands (at most `limit`,
 * spread over the items, always the same ones), and the codes with the nearest vectors. Throws BAD_REQUEST for a code
 * that isn't one.
 */
export async function describeCode(
  splitCodes: SplitCodes,
  request: SplitRequest,
  { layer, code, limit }: { layer: CodeLayer; code: number; limit: number },
): Promise<CodeDetail> {
  if (code >= layer.codes) {
    throw new AppError('BAD_REQUEST', `There is no code ${code}: the codebook has codes 0 to ${layer.codes - 1}.`, '', {
      field: 'code',
    });
  }
  const chooser = createPlaceChooser(limit);
  let count = 0;
  for await (const { items, codes } of splitCodes.batches(request)) {
    const perItem = codes.length / items.length;
    items.forEach((item, i) => {
      const found = cellsOf(code, layerCodes(layer, codes.subarray(i * perItem, (i + 1) * perItem)));
      count += found.length;
      if (found.length > 0) chooser.add(item, found);
    });
  }
  const { width } = gridOf(layer);
  const places = chooser.places().map(({ item, cell }) => ({
    index: item,
    row: Math.floor(cell / width),
    column: cell % width,
  }));
  const vectors = request.model.codebook(layer);
  const nearest = nearestCodes(vectors, vectors.length / layer.codes, code);
  return { code, count, places, patches: cutPatches(request, layer, places), nearest };
}

function cellsOf(code: number, grid: Int32Array): number[] {
  const cells: number[] = [];
  for (let cell = grid.indexOf(code); cell >= 0; cell = grid.indexOf(code, cell + 1)) cells.push(cell);
  return cells;
}

function cutPatches(
  { model, datasetDirectory }: SplitRequest,
  layer: CodeLayer,
  places: CodeDetail['places'],
): CodeDetail['patches'] {
  const { height, width, cut } = patchShape(model.info, layer);
  const { channels } = model.info.signal;
  const bytes = height * width * channels;
  const pixels = new Uint8Array(places.length * bytes);
  const pack = openPack(datasetDirectory);
  try {
    places.forEach(({ index, row, column }, i) => cut(pack.readItem(index), row, column, pixels, i * bytes));
  } finally {
    pack.close();
  }
  return { signal: { kind: 'picture', height, width, channels }, dtype: 'u8', count: places.length, data: pixels };
}

/** Nearest first; of codes equally near the lower number first. */
function nearestCodes(vectors: Float32Array, dimension: number, code: number): CodeDetail['nearest'] {
  const others = Array.from({ length: vectors.length / dimension }, (_, other) => other).filter(
    (other) => other !== code,
  );
  return others
    .map((other) => ({ code: other, distance: Math.sqrt(squaredDistance(vectors, dimension, code, other)) }))
    .sort((a, b) => a.distance - b.distance || a.code - b.code)
    .slice(0, NEAREST);
}
