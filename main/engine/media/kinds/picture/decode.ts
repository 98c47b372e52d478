import { AppError, asAppError } from '@shared/errors';
import { unlimited, type Budget } from '../../budget';
import { countFrames, openBmp, openNetpbm, probe, sniff, type Bitmap, type ImageFormat } from './formats';
import { defaultLimits, type ImportLimits } from '../../limits';
import { fitRaw, isGrey, renderTo, type TargetShape } from './raw';
import { sharp } from './sharp';
import { rangeOfTiff, readTiffPage, tiffNumbers } from './tiff-numbers';
import type { ChosenRange, ValueRange } from './value-range';

/** A picture file brought to a shape. */
export interface DecodedPicture {
  /** `[H,W,C]` bytes of the target shape. */
  pixels: Uint8Array;
  /** Size of the picture in the file, upright, in pixels. */
  width: number;
  height: number;
  format: ImageFormat;
  /** Pages or frames in the file, of which this is one. */
  frames: number;
  /** What was taken for black and white, where that had to be decided. */
  range: ValueRange | null;
}

export interface DecodeOptions {
  /** The page or frame to decode of a file that has several; the first if absent. */
  page?: number;
  /**
   * Which numbers are black and white in a TIFF of other numbers than bytes: as an import's option, or as found
   * already.
   */
  range?: ChosenRange | ValueRange;
  /** What a note about that calls the file. */
  name?: string;
}

const BYTES_PER_PIXEL = 4;
/** Three numbers of eight bytes, twice. */
const BYTES_PER_NUMBERED_PIXEL = 48;

type DecodeLimits = Pick<ImportLimits, 'pixels'>;

/**
 * Decodes a PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or Netpbm picture from its bytes and brings it to `target`: turned
 * upright as EXIF says, transparency laid over the background, palettes resolved, 16 bits scaled to 8, CMYK and
 * embedded profiles converted to sRGB. Waits for `memory` before unpacking. Throws BAD_FILE or LIMIT with a message
 * that reads on after “file: ”.
 */
export async function decodePicture(
  bytes: Uint8Array,
  target: TargetShape,
  limits: DecodeLimits = defaultLimits,
  memory: Budget = unlimited,
  { page = 0, range = 'auto', name = 'TIFF' }: DecodeOptions = {},
): Promise<DecodedPicture> {
  const sniffed = sniff(bytes);
  if ('other' in sniffed) throw new AppError('BAD_FILE', sniffed.other);
  const { format } = sniffed;
  const bitmap = openOwn(bytes, format, limits);
  if (bitmap !== null) {
    const { width, height, decode } = bitmap;
    const pixels = await memory.use(width * height * BYTES_PER_PIXEL, () => fitRaw(decode(), target));
    return { pixels, width, height, format, frames: 1, range: null };
  }
  const numbers = format === 'tiff' ? tiffNumbers(bytes, typeof range === 'string' ? range : 'auto') : null;
  const about = await examine(bytes, format, limits, page);
  const frames = countFrames(bytes, format).count;
  try {
    if (numbers !== null) {
      const needed = about.width * about.height * BYTES_PER_NUMBERED_PIXEL;
      return await memory.use(needed, async () => {
        const found = typeof range === 'string' ? await rangeOfTiff(bytes, numbers, [page], name, range) : range;
        const raw = await readTiffPage(bytes, numbers, page, found);
        const pixels = await fitRaw(raw, target);
        return { pixels, width: raw.width, height: raw.height, format, frames, range: found };
      });
    }
    const options = { failOn: 'error', limitInputPixels: limits.pixels, autoOrient: about.mayTurn } as const;
    const image = sharp(bytes, page === 0 ? options : { ...options, page });
    const needed = about.width * about.height * BYTES_PER_PIXEL;
    const pixels = await memory.use(needed, () => renderTo(image, about, target));
    if (pixels === null) throw new AppError('BAD_FILE', 'it has not the size its header says');
    return { pixels, width: about.width, height: about.height, format, frames, range: null };
  } catch (thrown) {
    throw asPictureError(thrown, limits);
  }
}

/** Opens what our own decoders read, or null. */
function openOwn(bytes: Uint8Array, format: ImageFormat, limits: DecodeLimits): Bitmap | null {
  if (format === 'bmp') return openBmp(bytes, limits.pixels);
  return format === 'netpbm' ? openNetpbm(bytes, limits.pixels) : null;
}

/** Side of the miniature that tells whether a picture has any colour. */
const MINIATURE = 32;

/**
 * Upright size of a picture file, and whether all of it is grey; `judgeColour` false saves the decoding and takes it
 * for coloured. Throws as `decodePicture` does.
 */
export async function examinePicture(
  bytes: Uint8Array,
  judgeColour: boolean,
  limits: DecodeLimits = defaultLimits,
): Promise<{ width: number; height: number; grey: boolean }> {
  if (judgeColour) {
    const miniature: TargetShape = {
      height: MINIATURE,
      width: MINIATURE,
      channels: 3,
      fit: 'contain',
      background: 'white',
    };
    const { width, height, pixels } = await decodePicture(bytes, miniature, limits);
    return { width, height, grey: isGrey(pixels) };
  }
  const sniffed = sniff(bytes);
  if ('other' in sniffed) throw new AppError('BAD_FILE', sniffed.other);
  const bitmap = openOwn(bytes, sniffed.format, limits);
  if (bitmap !== null) return { width: bitmap.width, height: bitmap.height, grey: false };
  const { width, height } = await examine(bytes, sniffed.format, limits);
  return { width, height, grey: false };
}

/** Upright size of a picture, and what its decoding has to heed. Throws like `decodePicture`. */
async function examine(
  bytes: Uint8Array,
  format: ImageFormat,
  limits: DecodeLimits,
  page = 0,
): Promise<{ width: number; height: number; alpha: boolean; mayTurn: boolean }> {
  const header = probe(bytes, format);
  if (header !== null && header.width * header.height > limits.pixels) throw tooManyPixels(limits, header);
  if (header !== null && !header.mayTurn) return header;
  try {
    const { autoOrient, hasAlpha } = await sharp(bytes, { limitInputPixels: limits.pixels, page }).metadata();
    if (autoOrient.width * autoOrient.height > limits.pixels) throw tooManyPixels(limits, autoOrient);
    return { width: autoOrient.width, height: autoOrient.height, alpha: hasAlpha, mayTurn: true };
  } catch (thrown) {
    throw asPictureError(thrown, limits);
  }
}

function tooManyPixels(limits: DecodeLimits, size?: { width: number; height: number }): AppError {
  const millions = Math.round(limits.pixels / 1e6);
  return new AppError(
    'LIMIT',
    size
      ? `it has ${size.width} × ${size.height} pixels, more than ${millions} million pixels`
      : `it has more than ${millions} million pixels`,
  );
}

function asPictureError(thrown: unknown, limits: DecodeLimits): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown);
  if (/pixel limit/i.test(message)) return tooManyPixels(limits);
  const system = asAppError(thrown);
  if (system.code !== 'INTERNAL') return system;
  // the decoder's own words are for no person
  return new AppError('BAD_FILE', 'it is damaged or was cut off', '', { cause: thrown });
}
