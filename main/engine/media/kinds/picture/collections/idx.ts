import { AppError } from '@shared/errors';
import type { NpyHeader, NpyType } from '../../../../formats/npy';

/** Element types by their code in an IDX file, with bytes per element. */
const types: Record<number, readonly [type: NpyType, bytes: number]> = {
  0x08: ['uint8', 1],
  0x09: ['int8', 1],
  0x0b: ['int16', 2],
  0x0c: ['int32', 4],
  0x0d: ['float32', 4],
  0x0e: ['float64', 8],
};
const MOST_DIMENSIONS = 4;

/** Whether `bytes` begin as an IDX file, the format of MNIST: two zeros, a type, 1 (labels) to 4 dimensions. */
export function looksLikeIdx(bytes: Uint8Array): boolean {
  const [first, second, type = 0, rank = 0] = bytes;
  return first === 0 && second === 0 && Object.hasOwn(types, type) && rank >= 1 && rank <= MOST_DIMENSIONS;
}

/**
 * The header of an IDX file as an array's: big-endian, C order. Null if the file isn't IDX; throws BAD_FILE if cut off.
 */
export function parseIdxHeader(bytes: Uint8Array): NpyHeader | null {
  if (!looksLikeIdx(bytes)) return null;
  const [type, elementBytes] = types[bytes[2]!]!;
  const rank = bytes[3]!;
  const dataOffset = 4 + 4 * rank;
  if (bytes.length < dataOffset) throw new AppError('BAD_FILE', 'its IDX header is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, side) => product * side, 1);
  if (!Number.isSafeInteger(count)) throw new AppError('BAD_FILE', 'its shape is beyond all sense');
  return { type, elementBytes, bigEndian: true, fortranOrder: false, shape, count, dataOffset };
}
