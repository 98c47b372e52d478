import { AppError } from '@shared/errors';
import { readTiff, type TiffHeader } from './formats';
import type { RawImage } from './raw';
import { sharp } from './sharp';
import {
  byteOf,
  createValueFacts,
  valueRange,
  type ChosenRange,
  type NumberType,
  type ValueRange,
} from './value-range';

/**
 * A TIFF whose numbers have to be given a range: floats, integers of 32 bits, integers of 16 bits if a range was
 * chosen.
 */
export interface TiffNumbers {
  type: NumberType;
  header: TiffHeader;
}

/** Whether a TIFF is of this kind; null for the common ones. Throws BAD_FILE for kinds of number that aren't read. */
export function tiffNumbers(bytes: Uint8Array, chosen: ChosenRange): TiffNumbers | null {
  const header = readTiff(bytes);
  if (header === null) return null;
  const { bits, kind } = header;
  if (kind === 'unsigned' && bits <= 16) return bits === 16 && chosen !== 'auto' ? { type: 'uint16', header } : null;
  if (bits === 32 && kind === 'float') return { type: 'float32', header };
  if (bits === 32 && kind === 'unsigned') return { type: 'uint32', header };
  if (bits === 32 && kind === 'signed') return { type: 'int32', header };
  const name = kind === 'float' ? 'floats' : kind === 'other' ? 'complex numbers' : `${kind} integers`;
  throw new AppError(
    'BAD_FILE',
    `its numbers are ${name} of ${bits} bits, which are not read; save it with 32-bit floats`,
  );
}

/** The range of a TIFF, from all values on these pages. Throws BAD_FILE where none is clear. */
export async function rangeOfTiff(
  bytes: Uint8Array,
  { type }: TiffNumbers,
  pages: readonly number[],
  name: string,
  chosen: ChosenRange,
): Promise<ValueRange> {
  const gatherer = createValueFacts(type);
  for (const page of pages) gatherer.add((await readValues(bytes, type, page)).values);
  return valueRange(name, gatherer.facts(), chosen);
}

/** A page of a TIFF as bytes, black to white as `range` says. */
export async function readTiffPage(
  bytes: Uint8Array,
  { type, header }: TiffNumbers,
  page: number,
  range: ValueRange,
): Promise<RawImage> {
  const { values, ...size } = await readValues(bytes, type, page);
  const toByte = byteOf(range);
  const pixels = Uint8Array.from(values, header.whiteIsZero ? (value) => 255 - toByte(value) : toByte);
  return { ...size, pixels };
}

type Values = Omit<RawImage, 'pixels'> & { values: Float64Array | Uint16Array };

async function readValues(bytes: Uint8Array, type: NumberType, page: number): Promise<Values> {
  const image = sharp(bytes, { page, failOn: 'error' });
  const { channels: stored } = await image.metadata();
  const isGrey = stored < 3;
  // a space that leaves numbers as they are: floats count as linear light otherwise
  const space =
    type === 'uint16' ? (isGrey ? 'grey16' : 'rgb16') : isGrey ? 'b-w' : type === 'float32' ? 'scrgb' : 'srgb';
  const depth = type === 'uint16' ? 'ushort' : 'double';
  const { data, info } = await image.toColourspace(space).raw({ depth }).toBuffer({ resolveWithObject: true });
  const buffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { height, width } = info;
  return {
    height,
    width,
    channels: info.channels as RawImage['channels'],
    values: type === 'uint16' ? new Uint16Array(buffer) : new Float64Array(buffer),
  };
}
