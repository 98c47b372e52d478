import type { ItemPages } from './item-pages';
import type { Sheets } from '../../media/picture/sprites';

/** Time for turning pages of thumbnails into sheets in one frame, in milliseconds; at least one is turned. */
const SHEETS_MS = 6;

export interface GridScene {
  pages: ItemPages;
  sheets: Sheets;
  total: number;
  columns: number;
  /** Side of a cell and room between two, in CSS pixels. */
  side: number;
  gap: number;
  /** The pixel of the content at the upper edge of the canvas, and the canvas's height. */
  top: number;
  height: number;
  /** Device pixels for each CSS pixel. */
  pixelRatio: number;
  /** What stands where a picture has not come yet. */
  empty: string;
}

/**
 * Draws the cells in sight, each picture at its own proportions in the middle of its cell. Answers whether all that have
 * come are drawn: if not, the next frame draws more.
 */
export function paintGrid(context: CanvasRenderingContext2D, scene: GridScene): boolean {
  const { pages, sheets, total, columns, side, gap, top, height, pixelRatio } = scene;
  const pitch = side + gap;
  const device = (length: number): number => Math.round(length * pixelRatio);
  const cell = device(side);
  const first = Math.max(0, Math.floor(top / pitch)) * columns;
  const last = Math.min(total, (Math.floor((top + height) / pitch) + 1) * columns);
  const began = performance.now();
  let isWhole = true;
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.fillStyle = scene.empty;
  for (let position = first; position < last; position++) {
    const x = device((position % columns) * pitch);
    const y = device(Math.floor(position / columns) * pitch - top);
    const found = pages.at(position);
    const ready = found && (sheets.has(found.thumbnails) || performance.now() - began < SHEETS_MS);
    if (!found || !ready) {
      context.fillRect(x, y, cell, cell);
      isWhole &&= !found;
      continue;
    }
    const {
      signal: { width, height: tall },
    } = found.thumbnails;
    const { canvas, corner } = sheets.of(found.thumbnails);
    const from = corner(found.index);
    const scale = cell / Math.max(width, tall);
    const [w, h] = [Math.round(width * scale), Math.round(tall * scale)];
    // pixels stay sharp where they grow; where they shrink none is left out
    context.imageSmoothingEnabled = scale < 1;
    context.drawImage(canvas, from.x, from.y, width, tall, x + ((cell - w) >> 1), y + ((cell - h) >> 1), w, h);
  }
  return isWhole;
}
