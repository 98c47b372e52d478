import type { Items } from '@shared/contract';
import { pictureRgba } from '@/media/picture/pictures';

/** Pictures side by side on a sheet. */
const COLUMNS = 16;

export interface Sheet {
  canvas: HTMLCanvasElement;
  /** Left and upper edge of a picture on the sheet. */
  corner(index: number): { x: number; y: number };
}

/**
 * Pages of thumbnails as canvases to draw from. There are never more than `capacity`: the one not drawn for longest takes
 * in the next page, so that scrolling on and on makes no garbage.
 */
export function createSheets(capacity: number) {
  const sheets = new Map<Items, HTMLCanvasElement>();

  function fill(canvas: HTMLCanvasElement, pictures: Items): void {
    const {
      signal: { width, height },
      count,
    } = pictures;
    canvas.width = Math.min(count, COLUMNS) * width;
    canvas.height = Math.ceil(count / COLUMNS) * height;
    const context = canvas.getContext('2d');
    for (let index = 0; index < count; index++) {
      const { x, y } = corner(pictures, index);
      context?.putImageData(new ImageData(pictureRgba(pictures, index), width, height), x, y);
    }
  }

  return {
    has: (pictures: Items): boolean => sheets.has(pictures),
    /** The sheet of a page; made now if it is not there. */
    of(pictures: Items): Sheet {
      let canvas = sheets.get(pictures);
      if (canvas) sheets.delete(pictures);
      else {
        const oldest = sheets.size >= capacity ? sheets.entries().next().value : undefined;
        if (oldest) sheets.delete(oldest[0]);
        canvas = oldest?.[1] ?? document.createElement('canvas');
        fill(canvas, pictures);
      }
      sheets.set(pictures, canvas);
      return { canvas, corner: (index) => corner(pictures, index) };
    },
  };
}
export type Sheets = ReturnType<typeof createSheets>;

const corner = ({ signal: { width, height } }: Items, index: number): { x: number; y: number } => ({
  x: (index % COLUMNS) * width,
  y: Math.floor(index / COLUMNS) * height,
});
