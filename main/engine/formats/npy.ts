import { AppError } from '@shared/errors';

/** Element types read; `text` is NumPy's fixed-width Unicode, `bytes` its fixed-width byte strings. */
export type NpyType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'text'
  | 'bytes';

export type NpyData =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** A NumPy array: `shape` (empty for a single value) and its elements in C order. */
export interface NpyArray {
  shape: number[];
  data: NpyData;
}

/** The header of a `.npy` file. */
export interface NpyHeader {
  type: NpyType;
  /** Bytes of one element. */
  elementBytes: number;
  bigEndian: boolean;
  fortranOrder: boolean;
  shape: number[];
  /** Number of elements. */
  count: number;
  /** Offset of the first element in the file. */
  dataOffset: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/**
 * Longest header accepted: more than NumPy ever writes for a plain array, so the first bytes of a file always hold it
 * whole.
 */
export const NPY_HEADER_BYTES = 64 * 1024;
const MAXIMUM_DIMENSIONS = 32;
const types: Record<string, NpyType> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/** Parses the header at the start of `bytes` (its head is enough). Throws BAD_FILE; never evaluates anything. */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw bad('it does not begin as a NumPy array does');
  const major = bytes[6]!;
  if (major < 1 || major > 3) throw bad(`version ${major} of the NumPy format is not read`);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = major === 1 ? 10 : 12;
  if (length > NPY_HEADER_BYTES || start + length > bytes.length) throw bad('its header is cut off');
  const text = Buffer.from(bytes.subarray(start, start + length)).toString(major === 3 ? 'utf8' : 'latin1');

  const descriptor = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const dimensions = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (fortran === undefined || dimensions === undefined) throw bad('its header is not that of an array');
  if (descriptor === undefined) throw bad('an array of records is not read');
  const shape = dimensions
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, side) => product * side, 1);
  if (shape.length > MAXIMUM_DIMENSIONS || !Number.isSafeInteger(count)) throw bad('its shape is beyond all sense');
  return { ...elementOf(descriptor), fortranOrder: fortran === 'True', shape, count, dataOffset: start + length };
}

function elementOf(descriptor: string): Pick<NpyHeader, 'type' | 'elementBytes' | 'bigEndian'> {
  const [, order = '', code = '', digits = ''] = /^([<>|=]?)([a-zA-Z])(\d+)$/.exec(descriptor) ?? [];
  const width = Number(digits);
  const type = code === 'U' ? 'text' : code === 'S' ? 'bytes' : types[code + digits];
  if (type === undefined) throw bad(`an array of type “${descriptor.slice(0, 40)}” is not read`);
  return { type, elementBytes: type === 'text' ? width * 4 : width, bigEndian: order === '>' };
}

/**
 * Reads a `.npy` file as a typed array in C order: bool becomes Uint8Array; 64-bit integers become Float64Array and
 * must be exact in it. Throws BAD_FILE. Never allocates more than the file's own length justifies.
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  const header = parseNpyHeader(bytes);
  const data = decodeElements(elementsOf(bytes, header), header);
  return { shape: header.shape, data: header.fortranOrder ? fromFortranOrder(data, header.shape) : data };
}

/** Reads a `.npy` file that holds one string (`numpy.array("text")`). Throws BAD_FILE. */
export function readNpyText(bytes: Uint8Array): string {
  const header = parseNpyHeader(bytes);
  if (header.type !== 'text' || header.count !== 1) throw bad('it holds no text');
  return decodeText(elementsOf(bytes, header), header.bigEndian);
}

function elementsOf(bytes: Uint8Array, header: NpyHeader): Uint8Array {
  const end = header.dataOffset + header.count * header.elementBytes;
  if (end > bytes.length) throw bad('it is cut off');
  return bytes.subarray(header.dataOffset, end);
}

const arrays = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** The strings of a `.npy` file of text or byte strings, in the order of the file. Throws BAD_FILE. */
export function readNpyTexts(bytes: Uint8Array): string[] {
  const header = parseNpyHeader(bytes);
  if (header.type !== 'text' && header.type !== 'bytes') throw bad('it holds no text');
  const elements = elementsOf(bytes, header);
  const width = header.elementBytes;
  if (width === 0) return [];
  return Array.from({ length: elements.length / width }, (_, i) => {
    const element = elements.subarray(i * width, (i + 1) * width);
    return header.type === 'text'
      ? decodeText(element, header.bigEndian)
      : Buffer.from(element).toString('utf8').replace(/\0+$/, '');
  });
}

function decodeText(element: Uint8Array, bigEndian: boolean): string {
  const view = new DataView(element.buffer, element.byteOffset, element.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= view.byteLength; at += 4) {
    const point = view.getUint32(at, !bigEndian);
    if (point > 0x10ffff) throw bad('it holds text that is not Unicode');
    if (point !== 0) text += String.fromCodePoint(point);
  }
  return text;
}

/**
 * Turns the bytes of whole elements, as they lie in a file, into numbers; float16 becomes Float32Array. Used by
 * `readNpy` and by the streaming import.
 */
export function decodeElements(
  elements: Uint8Array,
  header: Pick<NpyHeader, 'type' | 'elementBytes' | 'bigEndian'>,
): NpyData {
  const { type, elementBytes, bigEndian } = header;
  if (type === 'text' || type === 'bytes') throw bad('it holds text where numbers were expected');
  const aligned = new Uint8Array(elements); // a copy, aligned for any element type (a slice of a Buffer need not be)
  if (bigEndian && elementBytes > 1) swapBytes(aligned, elementBytes);
  if (type === 'float16') return Float32Array.from(new Uint16Array(aligned.buffer), halfFloat);
  if (type !== 'int64' && type !== 'uint64') return new arrays[type](aligned.buffer, 0, aligned.length / elementBytes);
  return wholeNumbers(aligned, type === 'int64');
}

/**
 * 64-bit integers, low word first, as exact numbers. The halves are added by hand: a BigInt per value is several times
 * slower.
 */
function wholeNumbers(aligned: Uint8Array<ArrayBuffer>, signed: boolean): Float64Array {
  const low = new Uint32Array(aligned.buffer);
  const high = signed ? new Int32Array(aligned.buffer) : low;
  const numbers = new Float64Array(low.length / 2);
  for (let i = 0; i < numbers.length; i++) {
    const value = high[2 * i + 1]! * 2 ** 32 + low[2 * i]!;
    if (!Number.isSafeInteger(value)) throw bad('it holds an integer beyond 2^53');
    numbers[i] = value;
  }
  return numbers;
}

/** The number that 16 bits encode in IEEE 754: sign, 5 bits of exponent, 10 of fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function swapBytes(bytes: Uint8Array<ArrayBuffer>, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else buffer.swap64();
}

/** Reorders elements stored with the first index fastest so that the last index is fastest. */
function fromFortranOrder(data: NpyData, shape: readonly number[]): NpyData {
  if (shape.length < 2) return data;
  const ordered = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * side, 1));
  for (let i = 0; i < ordered.length; i++) {
    ordered[i] = data[index.reduce((at, position, axis) => at + position * strides[axis]!, 0)]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return ordered;
}

/** Writes an array as a `.npy` file (version 1.0, little-endian, C order), which `numpy.load` reads. */
export function writeNpy({ shape, data }: NpyArray): Uint8Array {
  const count = shape.reduce((product, side) => product * side, 1);
  if (count !== data.length)
    throw new AppError('INTERNAL', `An array of ${data.length} elements can't have shape [${shape.join(', ')}].`);
  const code = Object.entries(types).find(([, type]) => type !== 'bool' && type in arrays && isOfType(data, type))?.[0];
  if (code === undefined) throw new AppError('INTERNAL', 'An array of this type is not written.');
  const order = data.BYTES_PER_ELEMENT === 1 ? '|' : '<';
  return withHeader(order + code, shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** Writes one string as a `.npy` file. */
export function writeNpyText(text: string): Uint8Array {
  const points = Uint32Array.from([...text], (letter) => letter.codePointAt(0)!);
  return withHeader(
    `<U${Math.max(1, points.length)}`,
    [],
    points.length === 0 ? new Uint8Array(4) : new Uint8Array(points.buffer),
  );
}

function isOfType(data: NpyData, type: NpyType): boolean {
  return type in arrays && data instanceof arrays[type as keyof typeof arrays];
}

function withHeader(descriptor: string, shape: readonly number[], elements: Uint8Array): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const unpadded = MAGIC.length + 4 + text.length + 1;
  const length = text.length + 1 + ((64 - (unpadded % 64)) % 64);
  const bytes = new Uint8Array(MAGIC.length + 4 + length + elements.length);
  bytes.set(MAGIC);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, length, true);
  bytes.set(Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1'), 10);
  bytes.set(elements, 10 + length);
  return bytes;
}

function bad(reason: string): AppError {
  return new AppError('BAD_FILE', reason);
}
