import type { ImageFormat } from './sniff';

/** What a picture's header says; sizes in pixels as stored, before any turn that EXIF asks for. */
export interface Probe {
  width: number;
  height: number;
  /** Whether pixels may be transparent. */
  alpha: boolean;
  /** Whether metadata may ask to turn the picture. */
  mayTurn: boolean;
}

/**
 * Reads the header of a PNG, JPEG, GIF or WebP: a few microseconds, where asking the decoder costs as much as decoding
 * a small picture. Null when the header can't be read this way (TIFF, damage): then the decoder decides.
 */
export function probe(bytes: Uint8Array, format: ImageFormat): Probe | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const found = probes[format]?.(view) ?? null;
    return found !== null && found.width > 0 && found.height > 0 ? found : null;
  } catch (thrown) {
    if (thrown instanceof RangeError) return null; // the header is cut off
    throw thrown;
  }
}

const probes: Partial<Record<ImageFormat, (view: DataView) => Probe | null>> = {
  png: probePng,
  jpeg: probeJpeg,
  gif: (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true), alpha: true, mayTurn: false }),
  webp: probeWebp,
};

const fourLetters = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

function probePng(view: DataView): Probe | null {
  if (fourLetters(view, 12) !== 'IHDR') return null;
  const colourType = view.getUint8(25);
  const found: Probe = {
    width: view.getUint32(16),
    height: view.getUint32(20),
    alpha: (colourType & 4) !== 0,
    mayTurn: false,
  };
  for (let at = 33; at + 8 <= view.byteLength;) {
    const type = fourLetters(view, at + 4);
    if (type === 'IDAT') return found;
    if (type === 'tRNS') found.alpha = true;
    if (type === 'eXIf') found.mayTurn = true;
    at += 12 + view.getUint32(at);
  }
  return found;
}

function probeJpeg(view: DataView): Probe | null {
  let mayTurn = false;
  for (let at = 2; at + 4 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), alpha: false, mayTurn };
    if (marker === 0xe1) mayTurn = true;
    if (marker === 0xd9 || marker === 0xda) return null;
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function probeWebp(view: DataView): Probe | null {
  const kind = fourLetters(view, 12);
  const uint24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (kind === 'VP8X') {
    const flags = view.getUint8(20);
    return {
      width: uint24(24) + 1,
      height: uint24(27) + 1,
      alpha: (flags & 0x10) !== 0,
      mayTurn: (flags & 0x08) !== 0,
    };
  }
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, alpha: true, mayTurn: false };
  }
  if (kind !== 'VP8 ') return null;
  return {
    width: view.getUint16(26, true) & 0x3fff,
    height: view.getUint16(28, true) & 0x3fff,
    alpha: false,
    mayTurn: false,
  };
}
