import type { Items } from '@shared/contract';
import type { CodeLayer } from '@shared/specs';
import type { LoadedCodeRun } from '../training';
import { comfortableBatch } from '../training/inference';
import { drawnApart } from './contrast';
import { greyCodes } from './grey';
import { cellSize } from './latents';
import { breathe } from './long-jobs';

/** A tile shows this many cells in each direction. */
const CELLS = 2;

export interface Palette {
  tiles: Items;
  /** How many times as strong as in a picture the tiles' differences from their mean are shown; 1: as they decode. */
  gain: number;
}

const known = new WeakMap<LoadedCodeRun, Map<CodeLayer, Palette>>();

/**
 * Every code of a layer as what a grid filled with it alone decodes to, cut to the centre 2 × 2 cells: far enough from
 * the border not to show its padding, and the smallest piece that shows how neighbouring cells of the code meet. The
 * other layers have the codes of a grey picture; where one layer of several hardly changes that, its differences are
 * amplified. Tiles stand in the order of the codes. The second time it is at hand.
 */
export async function paletteOf(model: LoadedCodeRun, layer: CodeLayer, signal: AbortSignal): Promise<Palette> {
  const palettes = known.get(model) ?? new Map<CodeLayer, Palette>();
  known.set(model, palettes);
  const made = palettes.get(layer) ?? seenApart(model, await decodedTiles(model, layer, signal));
  palettes.set(layer, made);
  return made;
}

/** A layer alone shows itself as it is. */
const seenApart = ({ layers }: LoadedCodeRun, tiles: Items): Palette =>
  layers.length > 1 ? drawnApart(tiles) : { tiles, gain: 1 };

async function decodedTiles(model: LoadedCodeRun, layer: CodeLayer, signal: AbortSignal): Promise<Items> {
  const { signal: shape } = model.info;
  const { codes, first, stride } = layer;
  const { channels } = shape;
  const cell = cellSize(model.info, layer);
  const height = Math.min(shape.height, CELLS * cell.height);
  const width = Math.min(shape.width, CELLS * cell.width);
  const top = (shape.height - height) >> 1;
  const left = (shape.width - width) >> 1;
  const cells = layer.cells;
  const grey = greyCodes(model);
  const tiles = new Uint8Array(codes * height * width * channels);
  const batch = comfortableBatch(shape);
  for (let from = 0; from < codes; from += batch) {
    const count = Math.min(batch, codes - from);
    const indices = new Int32Array(count * grey.length);
    for (let i = 0; i < count; i++) {
      indices.set(grey, i * grey.length);
      for (let place = 0; place < cells; place++) indices[i * grey.length + first + place * stride] = from + i;
    }
    const pixels = model.decode(indices, count);
    for (let i = 0; i < count; i++) {
      for (let row = 0; row < height; row++) {
        const at = ((i * shape.height + top + row) * shape.width + left) * channels;
        tiles.set(pixels.subarray(at, at + width * channels), ((from + i) * height + row) * width * channels);
      }
    }
    await breathe(signal);
  }
  return { signal: { kind: 'picture', height, width, channels }, dtype: 'u8', count: codes, data: tiles };
}
