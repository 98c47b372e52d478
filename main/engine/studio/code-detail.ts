import type { CodeDetail } from '@shared/contract';
import { AppError } from '@shared/errors';
import { openPack } from '../media';
import { squaredDistance } from './likeness';
import { patchShape } from './patches';
import { createPlaceChooser } from './places';
import type { SplitCodes, SplitRequest } from './split-codes';

/** Codes listed as nearest, at most. */
const NEAREST = 12;

/**
 * One code over a whole split: how often it is used, patches of items where it stands (at most `limit`, spread over the
 * items, always the same ones), and the codes with the nearest vectors. Throws BAD_REQUEST for a code that isn't one.
 */
export async function describeCode(
  splitCodes: SplitCodes,
  request: SplitRequest,
  code: number,
  limit: number,
): Promise<CodeDetail> {
  const { info } = request.model;
  if (code >= info.codes) {
    throw new AppError('BAD_REQUEST', `There is no code ${code}: the codebook has codes 0 to ${info.codes - 1}.`, '', {
      field: 'code',
    });
  }
  const cells = info.grid.height * info.grid.width;
  const chooser = createPlaceChooser(limit);
  let count = 0;
  for await (const { items, codes } of splitCodes.batches(request)) {
    items.forEach((item, i) => {
      const found = cellsOf(code, codes.subarray(i * cells, (i + 1) * cells));
      count += found.length;
      if (found.length > 0) chooser.add(item, found);
    });
  }
  const places = chooser.places().map(({ item, cell }) => ({
    index: item,
    row: Math.floor(cell / info.grid.width),
    column: cell % info.grid.width,
  }));
  const nearest = nearestCodes(request.model.codebook(), info.dimension, code);
  return { code, count, places, patches: cutPatches(request, places), nearest };
}

function cellsOf(code: number, grid: Int32Array | Uint16Array): number[] {
  const cells: number[] = [];
  for (let cell = grid.indexOf(code); cell >= 0; cell = grid.indexOf(code, cell + 1)) cells.push(cell);
  return cells;
}

function cutPatches({ model, datasetDirectory }: SplitRequest, places: CodeDetail['places']): CodeDetail['patches'] {
  const { height, width, cut } = patchShape(model.info);
  const { channels } = model.info.image;
  const bytes = height * width * channels;
  const pixels = new Uint8Array(places.length * bytes);
  const pack = openPack(datasetDirectory);
  try {
    places.forEach(({ index, row, column }, i) => cut(pack.readItem(index), row, column, pixels, i * bytes));
  } finally {
    pack.close();
  }
  return { count: places.length, height, width, channels, pixels };
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
