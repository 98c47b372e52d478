import type { ImageFormat } from './sniff';
import { readTiff } from './tiff';

/** Pages or frames of a picture file. */
export interface Frames {
  count: number;
  /** Which of them can be read, as the decoder numbers them. */
  pages: number[];
}

const one: Frames = { count: 1, pages: [0] };
const MOST_FRAMES = 65_536;

/**
 * Counts the pages of a TIFF, the frames of a GIF, animated WebP or PNG; 1 of anything else and where damage hides
 * them.
 */
export function countFrames(bytes: Uint8Array, format: ImageFormat): Frames {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (format === 'gif') return numbered(gifFrames(view));
    if (format === 'webp') return numbered(webpFrames(view));
    if (format === 'png') return { count: Math.max(1, pngFrames(view)), pages: [0] };
    const pages = format === 'tiff' ? (readTiff(bytes)?.pages ?? []) : [];
    return pages.length > 0 ? { count: pages.length, pages } : one;
  } catch (thrown) {
    if (thrown instanceof RangeError) return one;
    throw thrown;
  }
}

function numbered(count: number): Frames {
  const known = Math.min(MOST_FRAMES, Math.max(1, count));
  return { count: known, pages: Array.from({ length: known }, (_, page) => page) };
}

/** Walks the blocks; a file that is cut off has the frames that began in it. */
function gifFrames(view: DataView): number {
  const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  const end = view.byteLength;
  let at = 13 + tableBytes(view.getUint8(10));
  let frames = 0;
  const skipBlocks = (): void => {
    while (at < end) {
      const length = view.getUint8(at);
      at += 1 + length;
      if (length === 0) return;
    }
  };
  while (at < end) {
    const kind = view.getUint8(at);
    if (kind === 0x3b) break;
    if (kind === 0x21) at += 2;
    else if (kind === 0x2c && at + 10 < end) {
      frames += 1;
      at += 11 + tableBytes(view.getUint8(at + 9));
    } else break;
    skipBlocks();
  }
  return frames;
}

const ANIMATED = 0x02;

function webpFrames(view: DataView): number {
  if (fourLetters(view, 12) !== 'VP8X' || (view.getUint8(20) & ANIMATED) === 0) return 1;
  let frames = 0;
  for (let at = 12; at + 8 <= view.byteLength;) {
    if (fourLetters(view, at) === 'ANMF') frames += 1;
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return frames;
}

/** What `acTL` says, which stands before the first picture. */
function pngFrames(view: DataView): number {
  for (let at = 8; at + 12 <= view.byteLength;) {
    const type = fourLetters(view, at + 4);
    if (type === 'acTL') return view.getUint32(at + 8);
    if (type === 'IDAT') return 1;
    at += 12 + view.getUint32(at);
  }
  return 1;
}

const fourLetters = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
