import type { Items } from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  type Canvas,
  type CodesLatent,
  type Corner,
  type Signal,
  LARGEST_CANVAS,
  MOST_CANVAS_PIXELS,
  canBeLarger,
  latentOn,
  latentSize,
  ownCanvas,
  placesOf,
  valuesOf,
} from '@shared/specs';
import { type LargerPictures, unflatten } from '../autoencoders';
import { toStored } from '../media/kinds/stored';
import type { LoadedCodeRun } from '../training';
import { itemsOf } from './items';
import { requireGiven } from './samples';
import { coveringWindows } from './windows';

/** Pixels of all pictures of an answer. */
const MOST_PIXELS_TOGETHER = 16 * MOST_CANVAS_PIXELS;

/**
 * Pictures of one size, the model's own or larger, of their codes one after the other. Throws as `requireCanvas` does;
 * BAD_REQUEST for codes that aren't.
 */
export function decodeOn(run: LoadedCodeRun, canvas: Canvas, rows: Int32Array): Items {
  const { latent, info } = run;
  const larger = isOwn(latent, canvas) ? null : requireCanvas(run, canvas);
  const shape = latentOn(latent, canvas);
  const size = latentSize(shape);
  // what is left over makes the last one a piece, which is refused
  const count = Math.max(1, Math.ceil(rows.length / size));
  const codesOf = (picture: number) => rows.subarray(picture * size, (picture + 1) * size);
  for (let picture = 0; picture < count; picture++) requireCodesOn(codesOf(picture), shape);
  if (!larger) return itemsOf(info.signal, run.decode(rows, count));
  requireTogether(run, canvas, count);
  const signal = imageOn(run, canvas);
  const bytes = valuesOf(signal);
  const pixels = new Uint8Array(count * bytes);
  for (let picture = 0; picture < count; picture++) {
    const one = larger.isPlaceless ? atOnce(run, canvas)(codesOf(picture)) : byWindows(run, canvas, codesOf(picture));
    pixels.set(one, picture * bytes);
  }
  return itemsOf(signal, pixels);
}

/** Whether a canvas has the model's own size. */
export function isOwn(latent: CodesLatent, { height, width }: Canvas): boolean {
  const own = ownCanvas(latent);
  return height === own.height && width === own.width;
}

/** Throws BAD_REQUEST for what isn't all codes of a picture. */
export function requireCodesOn(codes: Int32Array, shape: CodesLatent): void {
  requireGiven(codes, shape, 'latent');
  if (codes.includes(-1))
    throw new AppError('BAD_REQUEST', 'A code is open (−1): there is nothing to decode.', '', { field: 'latent' });
}

/**
 * How pictures on a canvas are decoded. Throws UNSUPPORTED for a model whose pictures can't be larger, LIMIT for too
 * large a canvas, BAD_REQUEST for one smaller than the model's own.
 */
export function requireCanvas(run: LoadedCodeRun, canvas: Canvas): LargerPictures {
  const { model, latent } = run;
  const own = ownCanvas(latent);
  const field = { field: 'canvas' };
  if (!model.larger) {
    const message = 'This model’s pictures can’t be made larger: its decoder reads all codes at once, at a fixed size.';
    throw new AppError('UNSUPPORTED', message, 'Models with convolutions can: VQ-VAE, VQ-VAE-2, VQGAN, dVAE.', field);
  }
  if (!canBeLarger(latent)) {
    const message = 'This model’s pictures can’t be made larger: its codes are no grid that can grow.';
    const hint = 'It has to have more than one cell, and levels that are whole multiples of the coarsest.';
    throw new AppError('UNSUPPORTED', message, hint, field);
  }
  const text = ({ height, width }: Canvas) => `${width} × ${height}`;
  if (canvas.height < own.height || canvas.width < own.width)
    throw new AppError('BAD_REQUEST', `The canvas is ${text(canvas)} codes: at least ${text(own)}.`, '', field);
  const { height, width } = imageIn(run, model.larger, canvas);
  const isTooLarge = canvas.height > LARGEST_CANVAS * own.height || canvas.width > LARGEST_CANVAS * own.width;
  if (isTooLarge || height * width > MOST_CANVAS_PIXELS) {
    const message = `A picture of ${width} × ${height} px is too large.`;
    const hint = `At most ${LARGEST_CANVAS} times the model’s own sides, and a million pixels.`;
    throw new AppError('LIMIT', message, hint, field);
  }
  return model.larger;
}

/** Throws LIMIT for more pictures on a canvas than are held at once. */
export function requireTogether(run: LoadedCodeRun, canvas: Canvas, count: number): void {
  const { height, width } = imageOn(run, canvas);
  const most = Math.floor(MOST_PIXELS_TOGETHER / (height * width));
  if (count <= most) return;
  const message = `At most ${most} pictures of ${width} × ${height} px are made at once, not ${count}.`;
  throw new AppError('LIMIT', message, 'Ask for fewer.', { field: 'canvas' });
}

/** The picture that a canvas decodes to. */
function imageOn(run: LoadedCodeRun, canvas: Canvas): Signal {
  return imageIn(run, requireCanvas(run, canvas), canvas);
}

function imageIn({ info, latent }: LoadedCodeRun, { cell }: LargerPictures, { height, width }: Canvas): Signal {
  const own = ownCanvas(latent);
  return {
    ...info.signal,
    height: info.signal.height + cell * (height - own.height),
    width: info.signal.width + cell * (width - own.width),
  };
}

type Decode = (codes: Int32Array) => Uint8Array;
/** Decoders of other canvases that a program keeps: a person works on one or two, and each holds a graph. */
const MOST_DECODERS = 4;

/** The decoder for one canvas: captured when it is first needed, dropped when others have been used since. */
function atOnce(run: LoadedCodeRun, canvas: Canvas): Decode {
  const { program, model } = run;
  const decoders = program.once('canvas-decoders', () => new Map<string, Decode>());
  const name = `decode-on-${canvas.height}x${canvas.width}`;
  const known = decoders.get(name);
  decoders.delete(name);
  if (known) {
    decoders.set(name, known); // the last is the one used last
    return known;
  }
  for (const old of [...decoders.keys()].slice(0, Math.max(0, decoders.size + 1 - MOST_DECODERS))) {
    decoders.delete(old);
    program.drop(old);
  }
  const latent = latentOn(run.latent, canvas);
  const feeds = { input: { shape: [1, latentSize(latent)], dtype: 'int32' } } as const;
  const call = program.define(name, { feeds }, ({ input }) => ({
    output: toStored(model.signal, model.decode(unflatten(latent, input))),
  }));
  const made: Decode = (input) => Uint8Array.from(call.run({ input }).output.data);
  decoders.set(name, made);
  return made;
}

/** Overlapping windows of the model's own size, decoded each by itself and blended. */
function byWindows(run: LoadedCodeRun, canvas: Canvas, codes: Int32Array): Uint8Array {
  const { latent, info } = run;
  const own = ownCanvas(latent);
  const corners = coveringWindows(canvas, own);
  const size = latentSize(latent);
  const rows = new Int32Array(corners.length * size);
  corners.forEach((corner, at) => {
    placesOf(latent, own, canvas, corner).forEach((place, code) => (rows[at * size + code] = codes[place]!));
  });
  const { cell } = requireCanvas(run, canvas);
  const pixels = run.decode(rows, corners.length);
  const inPixels = corners.map(({ top, left }) => ({ top: top * cell, left: left * cell }));
  return blendWindows(itemsOf(info.signal, pixels), inPixels, imageOn(run, canvas));
}

/**
 * Pictures laid over each other, each counting most in its middle and less and less towards its borders: there the
 * others show.
 * @param corners of each picture in the whole, in pixels; together the pictures cover it
 * @returns [H, W, C] of the whole
 */
export function blendWindows(
  { signal: { height, width, channels }, data: pixels }: Items,
  corners: readonly Corner[],
  whole: Signal,
): Uint8Array {
  const sums = new Float64Array(whole.height * whole.width * channels);
  const weights = new Float64Array(whole.height * whole.width);
  corners.forEach(({ top, left }, picture) => {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const weight = rise(row, height) * rise(column, width);
        const place = (top + row) * whole.width + left + column;
        const from = ((picture * height + row) * width + column) * channels;
        weights[place]! += weight;
        for (let channel = 0; channel < channels; channel++)
          sums[place * channels + channel]! += weight * pixels[from + channel]!;
      }
    }
  });
  return Uint8Array.from(sums, (sum, at) => Math.round(sum / weights[Math.floor(at / channels)]!));
}

/** Distance to the nearer end, from 1. */
const rise = (at: number, size: number): number => Math.min(at + 1, size - at);
