import type { Pictures } from '@shared/contract';
import type { LoadedRun } from '../training';
import { comfortableBatch } from '../training/inference';
import { cellSize } from './grids';
import { breathe } from './long-jobs';

/** A tile shows this many cells in each direction. */
const CELLS = 2;

const known = new WeakMap<LoadedRun, Pictures>();

/**
 * Every code as what a grid filled with it alone decodes to, cut to the centre 2 × 2 cells: far enough from the border not
 * to show its padding, and the smallest piece that shows how neighbouring cells of the code meet. Tiles stand in the order
 * of the codes. The second time it is at hand.
 */
export async function paletteOf(model: LoadedRun, signal: AbortSignal): Promise<Pictures> {
  const made = known.get(model) ?? (await makePalette(model, signal));
  known.set(model, made);
  return made;
}

async function makePalette(model: LoadedRun, signal: AbortSignal): Promise<Pictures> {
  const { image, grid, codes } = model.info;
  const { channels } = image;
  const cell = cellSize(model.info);
  const height = Math.min(image.height, CELLS * cell.height);
  const width = Math.min(image.width, CELLS * cell.width);
  const top = (image.height - height) >> 1;
  const left = (image.width - width) >> 1;
  const cells = grid.height * grid.width;
  const tiles = new Uint8Array(codes * height * width * channels);
  const batch = comfortableBatch(image);
  for (let first = 0; first < codes; first += batch) {
    const count = Math.min(batch, codes - first);
    const indices = new Int32Array(count * cells);
    for (let i = 0; i < count; i++) indices.fill(first + i, i * cells, (i + 1) * cells);
    const pixels = model.decode(indices, count);
    for (let i = 0; i < count; i++) {
      for (let row = 0; row < height; row++) {
        const from = ((i * image.height + top + row) * image.width + left) * channels;
        tiles.set(pixels.subarray(from, from + width * channels), ((first + i) * height + row) * width * channels);
      }
    }
    await breathe(signal);
  }
  return { count: codes, height, width, channels, pixels: tiles };
}
