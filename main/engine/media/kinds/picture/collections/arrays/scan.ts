import { AppError } from '@shared/errors';
import type { ImportLimits } from '../../../../limits';
import { decodeElements, NPY_HEADER_BYTES, readNpy, readNpyTexts, type NpyHeader } from '../../../../../formats/npy';
import { createValueFacts, type ChosenRange, type NumberType, type ValueFacts } from '../../value-range';
import { PADDING_BYTES } from '../gunzip';
import { pieces } from './pictures';
import { readArrayName } from './names';
import { pictureLayouts, type PictureLayout } from './shape';
import { smoothestLayout } from './smoothness';

/** What one reading of an array, from front to back, found out. */
export interface ScannedArray {
  header: NpyHeader;
  /** Facts about all of its values, if it may hold pictures. */
  facts: ValueFacts | null;
  /** Its values, if it may hold labels: class numbers, or names. */
  numbers: ArrayLike<number> | null;
  texts: string[] | null;
  /** The reading of flattened colour pictures that their values speak for; null where they don't, or need not. */
  likeliest: PictureLayout | null;
  /** Bytes of the file or entry; null where only unpacking tells. */
  bytes: number | null;
}

/** Bytes of a file that holds what its header says. */
export const announcedBytes = ({ dataOffset, count, elementBytes }: NpyHeader): number =>
  dataOffset + count * elementBytes;

/** Deflate can't do better. */
const MAXIMUM_RATIO = 1032;

/** One-hot labels have at most this many columns. */
const MOST_COLUMNS = 4096;
const HEADER_BYTES = NPY_HEADER_BYTES + 12;

/** How arrays are read while looking through a source. */
export interface ScanContext {
  limits: ImportLimits;
  signal: AbortSignal;
  /** The range that was chosen; unless `auto`, all values are looked at. */
  range: ChosenRange;
  /** Whether each file can be read only once in a walk, as in a tar. */
  sequential: boolean;
}

/** One array to scan. */
export interface ArrayToScan {
  /** Its path and name: they tell labels from pictures. */
  name: string;
  stream: AsyncIterable<Uint8Array>;
  /** Reads its header from its first bytes; null where it is no such array, which ends the scan. */
  parse(head: Uint8Array): NpyHeader | null;
  /** Bytes of the file or entry; null where only unpacking tells. */
  bytes: number | null;
  /** Bytes it is packed in, where it is. */
  packedBytes: number | null;
}

/**
 * Reads an array once, front to back: all of its values for what may be pictures, its content for what may be labels.
 * Reading of pictures ends as soon as nothing more can be learnt, and quietly where it fails: they are read once more,
 * and then refused whole. Throws BAD_FILE for labels that are damaged, LIMIT for ones that don't end where they should.
 */
export async function scanArray(
  { name, stream, parse, bytes: bytesGiven, packedBytes }: ArrayToScan,
  { limits, signal, range }: ScanContext,
): Promise<ScannedArray | null> {
  const iterator = stream[Symbol.asyncIterator]();
  const head = await headOf(iterator);
  const header = parse(head);
  if (header === null) return null;
  if (head.length <= header.dataOffset && header.count > 0)
    throw new AppError('BAD_FILE', 'it is cut off behind its header');
  if (packedBytes !== null && announcedBytes(header) > packedBytes * MAXIMUM_RATIO)
    throw new AppError('BAD_FILE', 'its header announces more than so small a file can unpack to');
  const rest = afterwards(head, iterator, signal);
  const scanned: ScannedArray = { header, facts: null, numbers: null, texts: null, likeliest: null, bytes: bytesGiven };
  try {
    const { shape, type, count, elementBytes, fortranOrder } = header;
    const isText = type === 'text' || type === 'bytes';
    const isList = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
    const bytes = count * elementBytes;
    const { role } = readArrayName(name);
    const mayBeOneHot = shape.length === 2 && shape[1]! <= MOST_COLUMNS && (role === 'labels' || role === 'classes');
    if ((isText || isList || mayBeOneHot) && bytes <= limits.labelBytes) {
      const all = await collectBytes(rest, announcedBytes(header));
      if (isText) scanned.texts = readNpyTexts(all);
      else if (fortranOrder) scanned.numbers = readNpy(all).data;
      else scanned.numbers = decodeElements(all.subarray(header.dataOffset), header);
    } else if (!isText && pictureLayouts(shape, fortranOrder).length > 0) {
      scanned.likeliest = likeliestOf(head, header);
      scanned.facts = await factsOf(rest, header, type, range !== 'auto');
    }
    return scanned;
  } finally {
    await iterator.return?.();
  }
}

/** What the first pictures say about the order of colours in flattened ones. */
function likeliestOf(head: Uint8Array, header: NpyHeader): PictureLayout | null {
  const { shape, fortranOrder, dataOffset, elementBytes } = header;
  if (shape.length !== 2 || fortranOrder) return null;
  const readings = pictureLayouts(shape, fortranOrder).filter(({ channels }) => channels > 1);
  const pictureBytes = shape[1]! * elementBytes;
  const whole = Math.floor((head.length - dataOffset) / pictureBytes) * pictureBytes;
  return smoothestLayout(decodeElements(head.subarray(dataOffset, dataOffset + whole), header), readings);
}

async function factsOf(
  stream: AsyncIterable<Uint8Array>,
  header: NpyHeader,
  type: NumberType,
  readAll: boolean,
): Promise<ValueFacts> {
  const gatherer = createValueFacts(type);
  let left = header.count;
  try {
    for await (const piece of pieces(stream, header)) {
      gatherer.add(piece.length <= left ? piece : piece.subarray(0, left));
      left -= piece.length;
      if (left <= 0 || (!readAll && gatherer.isSettled())) break;
    }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
  }
  return gatherer.facts();
}

/** The first bytes of a stream, enough for the header of an array. */
async function headOf(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < HEADER_BYTES) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    chunks.push(value);
    length += value.length;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

async function* afterwards(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield head;
  for (;;) {
    signal.throwIfAborted();
    const { done, value } = await iterator.next();
    if (done === true) return;
    yield value;
  }
}

async function collectBytes(stream: AsyncIterable<Uint8Array>, bytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (length < bytes) chunks.push(chunk);
    length += chunk.length;
    if (length > bytes + PADDING_BYTES)
      throw new AppError('LIMIT', 'it holds more labels than its header says or than are read');
  }
  if (length < bytes) throw new AppError('BAD_FILE', 'it is cut off');
  return Buffer.concat(chunks).subarray(0, bytes);
}
