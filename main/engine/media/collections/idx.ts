import { AppError } from '@shared/errors';
import type { ImportLimits } from '../limits';
import { baseOf, folderOf, type SourceFile } from '../sources';
import { numberedClasses, splitOfName, type Collection } from './collection';
import { gunzipped, isGzip, PADDING_BYTES } from './gunzip';
import { records } from './records';

/** The header of an IDX file of bytes, the format of MNIST: big-endian, one size per dimension. */
export interface IdxHeader {
  dimensions: number[];
  dataOffset: number;
}

const UNSIGNED_BYTES = 0x08;
const MAXIMUM_SIDE = 4096;

/** Whether `bytes` begin as an IDX file of unsigned bytes with 1 (labels), 3 or 4 (pictures) dimensions. */
export function looksLikeIdx(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && bytes[2] === UNSIGNED_BYTES && [1, 3, 4].includes(bytes[3] ?? 0);
}

/** Parses the head of an IDX file. Throws BAD_FILE. */
export function parseIdxHeader(bytes: Uint8Array): IdxHeader {
  if (!looksLikeIdx(bytes)) throw new AppError('BAD_FILE', 'it is not an IDX file of bytes with 1, 3 or 4 dimensions');
  const rank = bytes[3]!;
  const dataOffset = 4 + 4 * rank;
  if (bytes.length < dataOffset) throw new AppError('BAD_FILE', 'its IDX header is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const [, height = 1, width = 1, channels = 1] = dimensions;
  if (height < 1 || height > MAXIMUM_SIDE || width < 1 || width > MAXIMUM_SIDE || ![1, 3, 4].includes(channels)) {
    throw new AppError('BAD_FILE', `its pictures would have the shape ${dimensions.slice(1).join(' × ')}`);
  }
  return { dimensions, dataOffset };
}

/** An IDX file met while looking through a source: labels at once, pictures when their turn comes. */
export type IdxFile =
  { kind: 'labels'; pair: string; labels: Uint8Array } | { kind: 'pictures'; pair: string; header: IdxHeader };

/** Deflate can't do better. */
const MAXIMUM_RATIO = 1032;
/** Bytes of the longest header, that of four dimensions. */
const HEADER_BYTES = 20;

/** Examines a file that may be IDX, gzipped or not; null when it is not. Throws BAD_FILE or LIMIT for a broken one. */
export async function examineIdx(file: SourceFile, head: Uint8Array, limits: ImportLimits): Promise<IdxFile | null> {
  const packed = isGzip(head);
  if (!packed && !looksLikeIdx(head)) return null;
  // One pass only: inside a tar there is no second.
  const chunks: Uint8Array[] = [];
  let length = 0;
  let announced = Infinity;
  for await (const chunk of contentOf(file, packed, limits)) {
    const begun = length >= HEADER_BYTES;
    chunks.push(chunk);
    length += chunk.length;
    if (length > Math.min(limits.labelBytes, announced + PADDING_BYTES))
      throw new AppError('LIMIT', 'it holds more labels than its header says or than are read');
    if (begun || length < HEADER_BYTES) continue;
    const start = Buffer.concat(chunks);
    if (!looksLikeIdx(start)) return null;
    const header = parseIdxHeader(start);
    announced = announcedBytes(header);
    if (packed && announced > (await file.size()) * MAXIMUM_RATIO)
      throw new AppError('BAD_FILE', 'its header announces more than so small a file can unpack to');
    if (header.dimensions.length > 1) return { kind: 'pictures', pair: pairOf(file.path), header };
  }
  const all = Buffer.concat(chunks);
  if (!looksLikeIdx(all)) return null;
  const { dimensions, dataOffset } = parseIdxHeader(all);
  if (dimensions.length > 1) throw new AppError('BAD_FILE', 'it is cut off behind its header');
  return { kind: 'labels', pair: pairOf(file.path), labels: all.subarray(dataOffset, dataOffset + dimensions[0]!) };
}

/** The pictures of an IDX file with the labels of its partner (`…-labels-idx1…`), if there was one. */
export function idxCollection(
  path: string,
  header: IdxHeader,
  labels: Uint8Array | null,
  limits: ImportLimits,
): Collection {
  const [count = 0, height = 1, width = 1, channels = 1] = header.dimensions;
  const name = path.replace(/\.gz$/i, '');
  return {
    name,
    count,
    height,
    width,
    channels: channels as 1 | 3 | 4,
    split: splitOfName(baseOf(path)),
    classes: () => (labels === null ? [] : numberedClasses(labels)),
    async *pictures(file) {
      const packed = isGzip(await file.head(2));
      let index = 0;
      for await (const pixels of records(
        contentOf(file, packed, limits, announcedBytes(header)),
        height * width * channels,
        header.dataOffset,
      )) {
        if (index === count) continue; // what follows the last picture is none, but the file's checksum comes after it
        yield { pixels, label: labels !== null && index < labels.length ? String(labels[index]!) : null };
        index += 1;
      }
    },
  };
}

function contentOf(
  file: SourceFile,
  packed: boolean,
  limits: ImportLimits,
  announced = Infinity,
): AsyncIterable<Uint8Array> {
  return packed ? gunzipped(file, limits, announced) : file.stream();
}

/** Bytes of a file that holds what its header says. */
const announcedBytes = ({ dimensions, dataOffset }: IdxHeader): number =>
  dataOffset + dimensions.reduce((product, side) => product * side, 1);

/** The same for both files of a pair: `train-images-idx3-ubyte.gz` and `train-labels.idx1-ubyte`. */
function pairOf(path: string): string {
  const base = baseOf(path).toLowerCase();
  return `${folderOf(path)}/${base
    .replace(/\.gz$/, '')
    .replace(/images?|labels?/, '*')
    .replace(/[-._]?idx\d/, '')}`;
}
