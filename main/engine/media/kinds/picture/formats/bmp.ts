import { AppError } from '@shared/errors';
import type { RawImage } from '../raw';

const FILE_HEADER_BYTES = 14;
const UNCOMPRESSED = 0;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;

interface Header {
  width: number;
  height: number;
  topDown: boolean;
  bits: number;
  pixelsAt: number;
  palette: Uint8Array | null;
  masks: [red: number, green: number, blue: number, alpha: number] | null;
}

/** A bitmap whose header has been read. */
export interface Bitmap {
  width: number;
  height: number;
  /** Unpacks it: `[H,W,3]` bytes, or `[H,W,4]` when it has an alpha mask. Throws BAD_FILE. */
  decode(): RawImage;
}

/**
 * Opens a Windows bitmap: 1, 4, 8, 16, 24 or 32 bits per pixel, from OS/2 1.x to version 5 headers. Run-length packed
 * and embedded-JPEG bitmaps are refused. Throws BAD_FILE, or LIMIT above `pixelLimit` pixels; `decode` allocates only
 * what the file's own length vouches for.
 */
export function openBmp(bytes: Uint8Array, pixelLimit: number): Bitmap {
  let header: Header;
  try {
    header = readHeader(bytes);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new AppError('BAD_FILE', 'the bitmap ends inside its header');
    throw thrown;
  }
  const { width, height } = header;
  if (width * height > pixelLimit)
    throw new AppError('LIMIT', `it has ${width} × ${height} pixels, more than ${pixelLimit}`);
  return { width, height, decode: () => unpack(bytes, header) };
}

function unpack(bytes: Uint8Array, header: Header): RawImage {
  const { width, height, bits, pixelsAt } = header;
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (pixelsAt + stride * height > bytes.length) throw new AppError('BAD_FILE', 'the bitmap is cut off');

  const channels = header.masks !== null && header.masks[3] !== 0 ? 4 : 3;
  const pixels = new Uint8Array(height * width * channels);
  const readPixel = pixelReader(bytes, header);
  for (let y = 0; y < height; y++) {
    const row = pixelsAt + stride * (header.topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) readPixel(row, x, pixels, (y * width + x) * channels);
  }
  return { height, width, channels, pixels };
}

function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixelsAt = view.getUint32(10, true);
  const headerBytes = view.getUint32(14, true);
  const old = headerBytes === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? UNCOMPRESSED : view.getUint32(30, true);
  const height = Math.abs(signedHeight);
  if (width <= 0 || height <= 0) throw new AppError('BAD_FILE', 'the bitmap has no pixels');
  if (![1, 4, 8, 16, 24, 32].includes(bits))
    throw new AppError('BAD_FILE', `a bitmap of ${bits} bits per pixel is not read`);
  const masked = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  if (compression !== UNCOMPRESSED && !masked) {
    throw new AppError('BAD_FILE', 'a packed bitmap (run-length or JPEG) is not read; save it uncompressed or as PNG');
  }
  if (masked && bits !== 16 && bits !== 32)
    throw new AppError('BAD_FILE', `bit fields do not go with ${bits} bits per pixel`);

  const afterHeader = FILE_HEADER_BYTES + headerBytes;
  return {
    width,
    height,
    topDown: signedHeight < 0,
    bits,
    pixelsAt,
    palette: bits <= 8 ? readPalette(view, afterHeader, bits, old) : null,
    masks: bits === 16 || bits === 32 ? readMasks(view, bits, masked, headerBytes, compression) : null,
  };
}

/** 2^bits colours as RGB; colours the file leaves out are black. */
function readPalette(view: DataView, at: number, bits: number, old: boolean): Uint8Array {
  const used = old ? 0 : view.getUint32(46, true);
  const colours = used === 0 ? 2 ** bits : Math.min(used, 2 ** bits);
  const step = old ? 3 : 4;
  const palette = new Uint8Array(3 * 2 ** bits);
  for (let i = 0; i < colours; i++) {
    for (let k = 0; k < 3; k++) palette[i * 3 + k] = view.getUint8(at + i * step + (2 - k));
  }
  return palette;
}

function readMasks(
  view: DataView,
  bits: number,
  masked: boolean,
  headerBytes: number,
  compression: number,
): Header['masks'] {
  if (!masked) return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0x00ff0000, 0x0000ff00, 0x000000ff, 0];
  const mask = (index: number): number => view.getUint32(FILE_HEADER_BYTES + 40 + index * 4, true);
  const hasAlpha = headerBytes >= 56 || compression === ALPHA_BIT_FIELDS;
  return [mask(0), mask(1), mask(2), hasAlpha ? mask(3) : 0];
}

type PixelReader = (row: number, x: number, into: Uint8Array, at: number) => void;

function pixelReader(bytes: Uint8Array, header: Header): PixelReader {
  const { bits, palette, masks } = header;
  if (palette !== null) {
    const perByte = 8 / bits;
    const mask = 2 ** bits - 1;
    return (row, x, into, at) => {
      const byte = bytes[row + Math.floor(x / perByte)]!;
      const index = (byte >> (8 - bits - (x % perByte) * bits)) & mask;
      for (let k = 0; k < 3; k++) into[at + k] = palette[index * 3 + k]!;
    };
  }
  if (masks === null) {
    return (row, x, into, at) => {
      for (let k = 0; k < 3; k++) into[at + k] = bytes[row + x * 3 + 2 - k]!;
    };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = masks.filter((mask, k) => k < 3 || mask !== 0).map(fieldOf);
  return (row, x, into, at) => {
    const value = bits === 16 ? view.getUint16(row + x * 2, true) : view.getUint32(row + x * 4, true);
    fields.forEach((field, k) => (into[at + k] = field(value)));
  };
}

/** Takes the bits under `mask` out of a pixel and stretches them to 0…255. */
function fieldOf(mask: number): (value: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const maximum = mask >>> shift;
  return (value) => Math.round(((((value & mask) >>> 0) >>> shift) * 255) / maximum);
}
