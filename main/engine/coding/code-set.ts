import { AppError } from '@shared/errors';
import { type CodesLatent, type LatentShape, latentSize, layersOf } from '@shared/specs';

/** The codes of some items. */
export interface CodeSet {
  latent: CodesLatent;
  items: number;
  /** [items, latentSize], each item's levels one after the other, each [height, width, depth]. */
  codes: Int32Array;
}

/** What is known about codes before they are decoded. */
export type CodeSetShape = Pick<CodeSet, 'latent' | 'items'>;

/**
 * Assigns each of an item's codes to a layer (a stage of a level, as `layersOf` counts them); each layer has its own
 * frequencies.
 */
export interface Layout {
  /** Number of codes per item. */
  size: number;
  /** The layer of each code [size]. */
  layerAt: Uint16Array;
  /** Codebook size K of each layer. */
  alphabets: number[];
  /** Number of codes per item in each layer. */
  cells: number[];
}

export function layoutOf(latent: CodesLatent): Layout {
  const layers = layersOf(latent);
  const layerAt = new Uint16Array(latentSize(latent));
  layers.forEach(({ first, stride, cells }, layer) => {
    for (let cell = 0; cell < cells; cell++) layerAt[first + cell * stride] = layer;
  });
  return {
    size: layerAt.length,
    layerAt,
    alphabets: layers.map(({ codes }) => codes),
    cells: layers.map(({ cells }) => cells),
  };
}

/** @throws UNSUPPORTED for a model whose latents are vectors */
export function requireCodes(latent: LatentShape): CodesLatent {
  if (latent.kind === 'codes') return latent;
  throw new AppError(
    'UNSUPPORTED',
    'This model’s latents are vectors of real numbers, and a compressed file holds codes.',
    'Numbers would have to be rounded first, which changes the pictures; take a model with a codebook.',
  );
}

/** @throws BAD_REQUEST naming the item and place of a code outside its codebook, or the wrong number of codes */
export function requireCodeSet({ latent, items, codes }: CodeSet, { size, layerAt, alphabets }: Layout): void {
  if (codes.length !== items * size)
    throw new AppError(
      'BAD_REQUEST',
      `${items} items of ${latent.levels.length} grids have ${items * size} codes, not ${codes.length}.`,
    );
  for (let item = 0, at = 0; item < items; item++) {
    for (let place = 0; place < size; place++, at++) {
      const [code, alphabet] = [codes[at]!, alphabets[layerAt[place]!]!];
      if (code < 0 || code >= alphabet)
        throw new AppError(
          'BAD_REQUEST',
          `Item ${item + 1} has the code ${code} at place ${place + 1}, and the codebook has codes 0 to ${alphabet - 1}.`,
        );
    }
  }
}

/** How often each code occurs: counts [K] for each layer. */
export function countCodes({ codes }: Pick<CodeSet, 'codes'>, { size, layerAt, alphabets }: Layout): Uint32Array[] {
  const counts = alphabets.map((alphabet) => new Uint32Array(alphabet));
  for (let at = 0; at < codes.length;) {
    for (let place = 0; place < size; place++, at++) counts[layerAt[place]!]![codes[at]!]! += 1;
  }
  return counts;
}
