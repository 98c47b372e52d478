import { nameRaw, nameUnread } from './unread';

export const imageFormats = ['png', 'jpeg', 'webp', 'gif', 'bmp', 'tiff', 'avif', 'netpbm'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** What a file is by its first bytes, whatever it is called. */
export type Sniffed = { format: ImageFormat } | { other: string };

/** Bytes `sniff` wants to see. */
export const SNIFF_BYTES = 512;

const endings: Record<string, ImageFormat> = {
  png: 'png',
  apng: 'png',
  jpg: 'jpeg',
  jpeg: 'jpeg',
  jpe: 'jpeg',
  jfif: 'jpeg',
  webp: 'webp',
  gif: 'gif',
  bmp: 'bmp',
  dib: 'bmp',
  tif: 'tiff',
  tiff: 'tiff',
  avif: 'avif',
  ppm: 'netpbm',
  pgm: 'netpbm',
  pbm: 'netpbm',
  pnm: 'netpbm',
  pam: 'netpbm',
};

/** The format a file's ending promises, or null when it promises no picture we read. */
export function formatOfEnding(ending: string): ImageFormat | null {
  return Object.hasOwn(endings, ending) ? endings[ending]! : null;
}

/**
 * Tells a picture by its first bytes (at least 16, better `SNIFF_BYTES`); anything else gets a name for the report,
 * after its bytes or the ending of `path`.
 */
export function sniff(bytes: Uint8Array, path = ''): Sniffed {
  if (bytes.length === 0) return { other: 'it is empty' };
  const format = formatOf(bytes);
  const raw = format === null || format === 'tiff' ? nameRaw(bytes, path) : null;
  if (raw !== null) return { other: raw };
  return format === null ? { other: nameUnread(bytes, path) ?? 'not an image' } : { format };
}

/** The picture format that bytes begin as, or null. */
export function formatOf(bytes: Uint8Array): ImageFormat | null {
  const has = (start: readonly number[], offset = 0): boolean => start.every((byte, i) => bytes[offset + i] === byte);
  const hasText = (text: string, offset = 0): boolean => has([...Buffer.from(text, 'latin1')], offset);
  if (has([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (has([0xff, 0xd8, 0xff])) return 'jpeg';
  if (hasText('GIF8') && bytes[5] === 0x61) return 'gif';
  if (hasText('II*\0') || hasText('MM\0*') || hasText('II+\0') || hasText('MM\0+')) return 'tiff';
  if (hasText('RIFF') && hasText('WEBP', 8)) return 'webp';
  // “BM” alone may start a text: the header size must be one that exists.
  if (hasText('BM') && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14] ?? 0) && has([0, 0, 0], 15)) return 'bmp';
  // “P1” to “P7”, then white space or a comment
  if (bytes[0] === 0x50 && within(bytes[1], 0x31, 0x37) && [0x09, 0x0a, 0x0d, 0x20, 0x23].includes(bytes[2] ?? 0))
    return 'netpbm';
  return hasText('ftyp', 4) && isAvif(bytes) ? 'avif' : null;
}

const within = (byte: number | undefined, low: number, high: number): boolean =>
  byte !== undefined && byte >= low && byte <= high;

/** The brands of an ISO file: the major one, its version, compatible ones up to the size of the box. */
function isAvif(bytes: Uint8Array): boolean {
  const box = Buffer.from(bytes.subarray(8, Math.min(256, (bytes[2]! << 8) | bytes[3]!))).toString('latin1');
  for (let at = 0; at + 4 <= box.length; at += 4) if (/^avi[fs]$/.test(box.slice(at, at + 4))) return true;
  return false;
}
