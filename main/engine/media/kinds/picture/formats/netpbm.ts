import { AppError } from '@shared/errors';
import type { RawImage } from '../raw';
import type { Bitmap } from './bmp';

interface Header {
  /** 1 to 6 as in `P1` … `P6`; 7 for PAM. */
  kind: number;
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
  /** The number that is white. */
  maximum: number;
  /** Whether 1 is black, as in PBM. */
  inverted: boolean;
  pixelsAt: number;
}

/**
 * Opens a picture of the Netpbm family: PBM, PGM and PPM in text or binary, PAM; up to 16 bits per sample, brought to
 * 8. Throws BAD_FILE, or LIMIT above `pixelLimit` pixels; `decode` allocates only what the file's own length vouches
 * for. Of several pictures in one file the first is read.
 */
export function openNetpbm(bytes: Uint8Array, pixelLimit: number): Bitmap {
  const header = readHeader(bytes);
  const { width, height } = header;
  if (width * height > pixelLimit)
    throw new AppError('LIMIT', `it has ${width} × ${height} pixels, more than ${pixelLimit}`);
  return { width, height, decode: () => unpack(bytes, header) };
}

/** Numbers and words of a header, white space and comments passed over. */
class Reader {
  at = 2;
  constructor(private readonly bytes: Uint8Array) {}

  word(): string {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === 0x23) while (this.at < this.bytes.length && this.bytes[this.at] !== 0x0a) this.at += 1;
      else if (byte !== undefined && isSpace(byte)) this.at += 1;
      else break;
    }
    const begin = this.at;
    while (this.at < this.bytes.length && !isSpace(this.bytes[this.at]!) && this.at - begin < 32) this.at += 1;
    if (this.at === begin) throw cutOff();
    return Buffer.from(this.bytes.subarray(begin, this.at)).toString('latin1');
  }

  number(): number {
    const word = this.word();
    if (!/^\d{1,9}$/.test(word))
      throw new AppError('BAD_FILE', `its header has “${printable(word)}” where a number belongs`);
    return Number(word);
  }
}

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '�');
const cutOff = (): AppError => new AppError('BAD_FILE', 'it is cut off');

function readHeader(bytes: Uint8Array): Header {
  const kind = (bytes[1] ?? 0) - 0x30;
  if (bytes[0] !== 0x50 || !(kind >= 1 && kind <= 7)) throw new AppError('BAD_FILE', 'not an image');
  const reader = new Reader(bytes);
  const header = kind === 7 ? readPam(reader) : readPnm(reader, kind);
  if (header.width < 1 || header.height < 1) throw new AppError('BAD_FILE', 'the bitmap has no pixels');
  if (header.maximum < 1 || header.maximum > 65535)
    throw new AppError('BAD_FILE', `its header says that white is ${header.maximum}; expected 1 to 65535`);
  return header;
}

function readPnm(reader: Reader, kind: number): Header {
  const [width, height] = [reader.number(), reader.number()];
  const isBits = kind === 1 || kind === 4;
  const maximum = isBits ? 1 : reader.number();
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  return { kind, width, height, channels, maximum, inverted: isBits, pixelsAt: reader.at + 1 };
}

function readPam(reader: Reader): Header {
  const values = new Map<string, number>();
  for (let lines = 0; lines < 100; lines++) {
    const word = reader.word();
    if (word === 'ENDHDR') break;
    if (word === 'TUPLTYPE') reader.word();
    else values.set(word, reader.number());
  }
  const value = (name: string): number => values.get(name) ?? 0;
  const channels = value('DEPTH');
  if (channels < 1 || channels > 4)
    throw new AppError('BAD_FILE', `it has ${channels} numbers per pixel; expected 1 to 4`);
  return {
    kind: 7,
    width: value('WIDTH'),
    height: value('HEIGHT'),
    channels: channels as Header['channels'],
    maximum: value('MAXVAL'),
    inverted: false,
    pixelsAt: reader.at + 1,
  };
}

function unpack(bytes: Uint8Array, header: Header): RawImage {
  const { kind, width, height, channels, maximum } = header;
  const count = width * height * channels;
  const byteOf = (value: number): number => Math.min(255, Math.round((value * 255) / maximum));
  if (kind <= 3) return { width, height, channels, pixels: readText(bytes, header, count, byteOf) };
  if (kind === 4) return { width, height, channels, pixels: readBits(bytes, header) };
  const sampleBytes = maximum > 255 ? 2 : 1;
  if (header.pixelsAt + count * sampleBytes > bytes.length) throw cutOff();
  const data = bytes.subarray(header.pixelsAt);
  const pixels = new Uint8Array(count);
  for (let i = 0; i < count; i++)
    pixels[i] = byteOf(sampleBytes === 2 ? (data[2 * i]! << 8) | data[2 * i + 1]! : data[i]!);
  return { width, height, channels, pixels };
}

/** Numbers in text; in PBM they may stand without spaces between them. */
function readText(bytes: Uint8Array, header: Header, count: number, byteOf: (value: number) => number): Uint8Array {
  // a sample takes a byte at least
  if (header.pixelsAt - 1 + count > bytes.length) throw cutOff();
  const pixels = new Uint8Array(count);
  let filled = 0;
  let value = -1;
  const end = (): void => {
    if (value >= 0 && filled < count) pixels[filled++] = header.inverted ? (value === 0 ? 255 : 0) : byteOf(value);
    value = -1;
  };
  for (let at = header.pixelsAt - 1; at < bytes.length && filled < count; at++) {
    const byte = bytes[at]!;
    if (byte === 0x23) {
      end();
      while (at + 1 < bytes.length && bytes[at + 1] !== 0x0a) at += 1;
    } else if (byte >= 0x30 && byte <= 0x39) {
      if (header.inverted) end();
      value = Math.min(1e6, Math.max(0, value) * 10 + byte - 0x30);
    } else if (isSpace(byte)) end();
    else throw new AppError('BAD_FILE', 'it holds text where numbers were expected');
  }
  end();
  if (filled < count) throw cutOff();
  return pixels;
}

/** Eight pixels per byte, rows padded to whole bytes, 1 is black. */
function readBits(bytes: Uint8Array, { width, height, pixelsAt }: Header): Uint8Array {
  const stride = Math.ceil(width / 8);
  if (pixelsAt + stride * height > bytes.length) throw cutOff();
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const bit = (bytes[pixelsAt + y * stride + (x >> 3)]! >> (7 - (x & 7))) & 1;
      pixels[y * width + x] = bit === 1 ? 0 : 255;
    }
  return pixels;
}
