import { AppError } from '@shared/errors';
import { decodeElements, type NpyHeader } from '../../../../../formats/npy';
import { byteOf, type ValueRange } from '../../value-range';
import { records } from '../records';
import type { PictureLayout } from './shape';

/** Pictures whose pixels lie apart are gathered this many bytes at a time, reading the array once for each. */
export const GATHERED_BYTES = 128 * 1024 * 1024;
const PIECE_ELEMENTS = 128 * 1024;

/** How the elements of an array lie in a file. */
export type ElementLayout = Pick<NpyHeader, 'type' | 'elementBytes' | 'bigEndian' | 'dataOffset'>;

type Numbers = Pick<ValueRange, 'low' | 'high'>;

/**
 * The pictures of an array in order, each `[H,W,C]` bytes; ends early where the array is cut off. Memory: one picture
 * where each lies in one piece, else at most 128 MiB, for which `read` is called anew as often as needed.
 */
export async function* arrayPictures(
  read: () => AsyncIterable<Uint8Array>,
  elements: ElementLayout,
  layout: PictureLayout,
  range: Numbers,
): AsyncGenerator<Uint8Array> {
  const { count, stride } = layout;
  const size = pictureSize(layout);
  if (stride.picture !== size) {
    yield* scattered(read, elements, layout, range);
    return;
  }
  const inOrder = isInOrder(layout);
  let order: Float64Array | null = null; // made once there is a picture: a header alone allocates nothing
  const isBytes = elements.type === 'uint8' && range.low === 0 && range.high === 255;
  const toByte = byteOf(range);
  let index = 0;
  for await (const record of records(read(), size * elements.elementBytes, elements.dataOffset)) {
    if (index === count) continue; // what follows the last picture is none, but the file's checksum comes after it
    if (isBytes && inOrder) yield record;
    else {
      const values = isBytes ? record : decodeElements(record, elements);
      const pixels = new Uint8Array(size);
      if (!inOrder) order ??= pictureOrder(layout);
      for (let i = 0; i < size; i++) {
        const value = values[order === null ? i : order[i]!]!;
        pixels[i] = isBytes ? value : toByte(value);
      }
      yield pixels;
    }
    index += 1;
  }
}

const pictureSize = ({ height, width, channels }: PictureLayout): number => height * width * channels;

/** Whether a picture's elements lie in the order `[H,W,C]`. */
const isInOrder = ({ width, channels, stride }: PictureLayout): boolean =>
  (channels === 1 || stride.channel === 1) && stride.column === channels && stride.row === width * channels;

/** Where each pixel value `[H,W,C]` of the first picture lies among the array's elements. */
function pictureOrder(layout: PictureLayout): Float64Array {
  const { height, width, channels, stride } = layout;
  const order = new Float64Array(pictureSize(layout));
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) order[at++] = y * stride.row + x * stride.column + c * stride.channel;
    }
  }
  return order;
}

/** Pictures of an array in which the index of the picture does not change slowest. */
async function* scattered(
  read: () => AsyncIterable<Uint8Array>,
  elements: ElementLayout,
  layout: PictureLayout,
  range: Numbers,
): AsyncGenerator<Uint8Array> {
  const { count, stride } = layout;
  const size = pictureSize(layout);
  const faster = stride.picture; // elements that change faster than the index of the picture
  const turn = faster * count;
  const place = new Int32Array(size);
  pictureOrder(layout).forEach((element, i) => (place[Math.floor(element / turn) * faster + (element % turn)] = i));
  const atOnce = Math.max(1, Math.floor(GATHERED_BYTES / size));
  const toByte = byteOf(range);
  for (let first = 0; first < count; first += atOnce) {
    const last = Math.min(count, first + atOnce);
    const block = new Uint8Array((last - first) * size);
    let element = 0;
    for await (const piece of pieces(read(), elements)) {
      for (let i = 0; i < piece.length; i++, element++) {
        if (element >= count * size) break;
        const picture = Math.floor(element / faster) % count;
        if (picture < first || picture >= last) continue;
        const within = Math.floor(element / turn) * faster + (element % faster);
        block[(picture - first) * size + place[within]!] = toByte(piece[i]!);
      }
    }
    if (element < count * size) throw new AppError('BAD_FILE', 'it is cut off');
    for (let picture = 0; picture < last - first; picture++) yield block.subarray(picture * size, (picture + 1) * size);
  }
}

/** The numbers of an array, piece by piece; the last piece is shorter. A part of an element at the end is dropped. */
export async function* pieces(
  stream: AsyncIterable<Uint8Array>,
  elements: ElementLayout,
): AsyncGenerator<ReturnType<typeof decodeElements>> {
  const { elementBytes } = elements;
  let toSkip = elements.dataOffset;
  let rest = new Uint8Array();
  for await (const chunk of stream) {
    const skipped = Math.min(toSkip, chunk.length);
    toSkip -= skipped;
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk.subarray(skipped)]) : chunk.subarray(skipped);
    const whole = bytes.length - (bytes.length % elementBytes);
    for (let at = 0; at < whole; at += PIECE_ELEMENTS * elementBytes)
      yield decodeElements(bytes.subarray(at, Math.min(whole, at + PIECE_ELEMENTS * elementBytes)), elements);
    rest = new Uint8Array(bytes.subarray(whole));
  }
}
