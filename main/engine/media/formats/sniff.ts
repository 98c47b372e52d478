export const imageFormats = ['png', 'jpeg', 'webp', 'gif', 'bmp', 'tiff'] as const;
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
};

/** The format a file's ending promises, or null when it promises no picture we read. */
export function formatOfEnding(ending: string): ImageFormat | null {
  return Object.hasOwn(endings, ending) ? endings[ending]! : null;
}

/** Other things people have in folders of pictures, so that a report can name them. */
const others: [start: number[], offset: number, name: string][] = [
  [[0x25, 0x50, 0x44, 0x46], 0, 'a PDF document'],
  [[0x50, 0x4b, 3, 4], 0, 'an archive inside; unpack it or import it by itself'],
  [[0x50, 0x4b, 5, 6], 0, 'an archive inside; unpack it or import it by itself'],
  [[0x1f, 0x8b], 0, 'an archive inside; unpack it or import it by itself'],
  [[0x75, 0x73, 0x74, 0x61, 0x72], 257, 'an archive inside; unpack it or import it by itself'],
  [[0x37, 0x7a, 0xbc, 0xaf], 0, 'an archive inside (7z is not read); unpack it'],
  [[0x52, 0x61, 0x72, 0x21], 0, 'an archive inside (RAR is not read); unpack it'],
  [[0x42, 0x5a, 0x68], 0, 'an archive inside (bzip2 is not read); unpack it'],
  [[0xfd, 0x37, 0x7a, 0x58], 0, 'an archive inside (xz is not read); unpack it'],
  [[0x66, 0x74, 0x79, 0x70], 4, 'a HEIF, AVIF or video file, which is not read; convert it to PNG or JPEG'],
  [[0x38, 0x42, 0x50, 0x53], 0, 'a Photoshop file, which is not read; convert it to PNG'],
  [[0x00, 0x00, 0x01, 0x00], 0, 'an icon file, which is not read; convert it to PNG'],
  [[0xff, 0x0a], 0, 'a JPEG XL file, which is not read; convert it to PNG or JPEG'],
  [[0x00, 0x00, 0x00, 0x0c], 0, 'a JPEG XL or JPEG 2000 file, which is not read; convert it to PNG or JPEG'],
  [[0x80, 0x02], 0, 'a Python pickle, which is never opened; get the binary version of this dataset'],
  [[0x80, 0x03], 0, 'a Python pickle, which is never opened'],
  [[0x80, 0x04], 0, 'a Python pickle, which is never opened'],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 0, 'a single NumPy array; put images and labels in one .npz'],
  [[0x49, 0x44, 0x33], 0, 'a sound file'],
  [[0x4f, 0x67, 0x67, 0x53], 0, 'a sound file'],
  [[0x66, 0x4c, 0x61, 0x43], 0, 'a sound file'],
];

/** Tells a picture by its first bytes (at least 16, better `SNIFF_BYTES`); anything else gets a name for the report. */
export function sniff(bytes: Uint8Array): Sniffed {
  if (bytes.length === 0) return { other: 'it is empty' };
  const has = (start: readonly number[], offset = 0): boolean => start.every((byte, i) => bytes[offset + i] === byte);
  if (has([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return { format: 'png' };
  if (has([0xff, 0xd8, 0xff])) return { format: 'jpeg' };
  if (has([0x47, 0x49, 0x46, 0x38]) && bytes[5] === 0x61) return { format: 'gif' };
  if (has([0x49, 0x49, 0x2a, 0]) || has([0x4d, 0x4d, 0, 0x2a])) return { format: 'tiff' };
  if (has([0x49, 0x49, 0x2b, 0]) || has([0x4d, 0x4d, 0, 0x2b])) return { format: 'tiff' };
  if (has([0x52, 0x49, 0x46, 0x46])) {
    if (has([0x57, 0x45, 0x42, 0x50], 8)) return { format: 'webp' };
    return { other: has([0x57, 0x41, 0x56, 0x45], 8) ? 'not an image but a sound file' : 'not an image' };
  }
  // “BM” alone may start a text: the header size must be one that exists.
  if (has([0x42, 0x4d]) && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14] ?? 0) && has([0, 0, 0], 15))
    return { format: 'bmp' };
  const known = others.find(([start, offset]) => has(start, offset));
  if (known !== undefined) return { other: `not an image but ${known[2]}` };
  const text = Buffer.from(bytes.subarray(0, SNIFF_BYTES)).toString('latin1');
  if (/<svg[\s>]/i.test(text)) return { other: 'an SVG drawing, which is not read; convert it to PNG' };
  return { other: 'not an image' };
}
