import { AppError } from '@shared/errors';

/** Tensors by name, in the subset of safetensors' types that models here use. */
export interface TensorFile {
  tensors: Record<string, StoredTensor>;
  /** Text by name, in the header's `__metadata__`. */
  metadata: Record<string, string>;
}
export interface StoredTensor {
  dtype: 'float32' | 'int32';
  shape: number[];
  data: Float32Array | Int32Array;
}

/** A tensor in memory; bool tensors aren't stored. */
interface HostTensor {
  dtype: StoredTensor['dtype'] | 'bool';
  shape: readonly number[];
  data: ArrayBufferView;
}

const LENGTH_BYTES = 8;
/** The format's own limit on the header, in bytes. */
const MAXIMUM_HEADER = 100_000_000;
const names = { float32: 'F32', int32: 'I32' } as const;

/**
 * Writes a safetensors file: eight bytes with the header's length (little-endian), the header as JSON, padded with
 * spaces to a multiple of eight so that the values that follow are aligned, then all values without gaps. Tensors stand
 * in the order of their names: the same tensors and metadata give the same bytes.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, HostTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const ordered = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1));
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let offset = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (dtype === 'bool') throw new AppError('INTERNAL', `"${name}" is bool, which isn't stored.`);
    header[name] = { dtype: names[dtype], shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  file.set(json, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerBytes;
  for (const [, { data }] of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file of float32 and int32 tensors from any writer.
 * @throws BAD_FILE naming `fileName` for anything else: wrong lengths, gaps, overlaps, other types
 */
export function readSafetensors(file: Uint8Array, fileName = 'The file'): TensorFile {
  const bad = (reason: string) => new AppError('BAD_FILE', `${fileName} is not a whole safetensors file: ${reason}.`);
  if (file.length < LENGTH_BYTES) throw bad('it is too short');
  const headerBytes = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const start = LENGTH_BYTES + headerBytes;
  if (headerBytes > MAXIMUM_HEADER || start > file.length) throw bad('its header is longer than it');
  const { __metadata__: metadata = {}, ...entries } = parseHeader(file.subarray(LENGTH_BYTES, start), bad);
  const tensors: Record<string, StoredTensor> = {};
  let end = 0;
  const sorted = Object.entries(entries).map(([name, entry]) => [name, checkEntry(name, entry, bad)] as const);
  sorted.sort(([, a], [, b]) => a.from - b.from || a.to - b.to);
  for (const [name, { dtype, shape, from, to }] of sorted) {
    if (from !== end) throw bad(`"${name}" doesn't begin where the tensor before it ends`);
    end = to;
    if (start + to > file.length) throw bad(`"${name}" is cut off`);
    // A copy, because fresh memory is aligned and a slice of a Buffer need not be.
    const bytes = new Uint8Array(file.subarray(start + from, start + to)).buffer;
    tensors[name] = { dtype, shape, data: dtype === 'float32' ? new Float32Array(bytes) : new Int32Array(bytes) };
  }
  if (start + end !== file.length) throw bad('there are bytes after its last tensor');
  return { tensors, metadata: metadata as Record<string, string> };
}

type Complaint = (reason: string) => AppError;

function parseHeader(bytes: Uint8Array, bad: Complaint): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw bad('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw bad('its header is not an object');
  return header as Record<string, unknown>;
}

function checkEntry(name: string, entry: unknown, bad: Complaint) {
  const {
    dtype: type,
    shape,
    data_offsets: offsets,
  } = (entry ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  const dtype = type === names.float32 ? 'float32' : type === names.int32 ? 'int32' : undefined;
  if (!dtype) throw bad(`"${name}" is of type ${String(type)}, not F32 or I32`);
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) throw bad(`the entry of "${name}" is damaged`);
  const [from = 0, to = 0] = offsets;
  const values = shape.reduce((product, side) => product * side, 1);
  if (to - from !== values * 4) throw bad(`"${name}" has not the bytes that its shape needs`);
  return { dtype, shape, from, to } as const;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0);
}
