import { z } from 'zod';
import { AppError } from '../errors';
import { type CodeLevel, type CodesLatent, latentSize } from './latent';

const side = z.number().int().positive().max(4096);

/** How large a picture's grid of codes is, in cells of the coarsest level: the model's own, or larger. */
export const canvasSchema = z.object({ height: side, width: side });
export type Canvas = z.infer<typeof canvasSchema>;

/** Where a part of a canvas begins, in cells of the coarsest level from the canvas's upper left corner. */
export interface Corner {
  top: number;
  left: number;
}

/** Largest side of a canvas, as a multiple of the model's own. */
export const LARGEST_CANVAS = 8;
/** Pixels of the largest picture on a canvas. */
export const MOST_CANVAS_PIXELS = 1024 * 1024;

/** Rows and columns of a grid of codes. Throws INTERNAL for one that hasn't two axes: a canvas is a picture's. */
export function gridOf({ axes }: Pick<CodeLevel, 'axes'>): Canvas {
  const [height, width] = axes;
  if (axes.length === 2) return { height: height!, width: width! };
  throw new AppError('INTERNAL', `A canvas needs codes with 2 axes, not ${axes.length}.`);
}

/** The canvas of pictures of the model's own size. */
export function ownCanvas({ levels: [coarsest] }: Pick<CodesLatent, 'levels'>): Canvas {
  return coarsest ? gridOf(coarsest) : { height: 1, width: 1 };
}

/**
 * Whether levels are whole multiples of the coarsest, which has more than one cell: then parts of larger canvases are
 * latents.
 */
export function canBeLarger({ levels }: Pick<CodesLatent, 'levels'>): boolean {
  const own = ownCanvas({ levels });
  const isWhole = (level: CodeLevel): boolean => {
    const { height, width } = gridOf(level);
    return height % own.height === 0 && width % own.width === 0;
  };
  return own.height * own.width > 1 && levels.every(isWhole);
}

/** The latent of a picture on a canvas: every level as many times larger as the canvas is. */
export function latentOn({ levels }: Pick<CodesLatent, 'levels'>, canvas: Canvas): CodesLatent {
  const own = ownCanvas({ levels });
  const larger = levels.map((level) => {
    const { height, width } = gridOf(level);
    return { ...level, axes: [(height * canvas.height) / own.height, (width * canvas.width) / own.width] };
  });
  return { kind: 'codes', levels: larger };
}

/**
 * The place of each code of canvas `part` among the codes of canvas `whole`, of which it is a part: [size of the part].
 */
export function placesOf(latent: Pick<CodesLatent, 'levels'>, part: Canvas, whole: Canvas, at: Corner): Int32Array {
  const own = ownCanvas(latent);
  const [inner, outer] = [latentOn(latent, part), latentOn(latent, whole)];
  const places = new Int32Array(latentSize(inner));
  let [next, before] = [0, 0];
  inner.levels.forEach((level, number) => {
    const { height, width } = gridOf(latent.levels[number]!);
    const { height: high, width: wide } = gridOf(outer.levels[number]!);
    const { depth } = level;
    const part = gridOf(level);
    const [top, left] = [(at.top * height) / own.height, (at.left * width) / own.width];
    for (let row = 0; row < part.height; row++) {
      const from = before + ((top + row) * wide + left) * depth;
      for (let place = 0; place < part.width * depth; place++) places[next++] = from + place;
    }
    before += high * wide * depth;
  });
  return places;
}
