/** What the header of a TIFF says of its pages and of the numbers on the first. */
export interface TiffHeader {
  /** Which of its directories are pages; thumbnails, smaller copies and masks are not. */
  pages: number[];
  /** Bits of a sample, and how they are meant. */
  bits: number;
  kind: 'unsigned' | 'signed' | 'float' | 'other';
  /** Whether the smallest number is white. */
  whiteIsZero: boolean;
}

const MOST_PAGES = 65_536;
const SUBFILE = 254;
const BITS = 258;
const PHOTOMETRIC = 262;
const SAMPLE_FORMAT = 339;
/** Bits of the subfile type: a smaller copy, a mask of transparency. */
const NO_PAGE = 1 | 4;

const kinds: Record<number, TiffHeader['kind']> = { 1: 'unsigned', 2: 'signed', 3: 'float' };

/** Reads the directories of a TIFF or BigTIFF; null where they can't be followed. */
export function readTiff(bytes: Uint8Array): TiffHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return read(view);
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}

function read(view: DataView): TiffHeader | null {
  const little = view.getUint8(0) === 0x49;
  const big = view.getUint16(2, little) === 43;
  const offsetAt = (at: number): number => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const found: TiffHeader = { pages: [], bits: 1, kind: 'unsigned', whiteIsZero: false };
  const seen = new Set<number>();
  let directory = offsetAt(big ? 8 : 4);
  for (let index = 0; directory !== 0 && !seen.has(directory) && index < MOST_PAGES; index++) {
    seen.add(directory);
    const count = big ? Number(view.getBigUint64(directory, little)) : view.getUint16(directory, little);
    const entryBytes = big ? 20 : 12;
    const first = directory + (big ? 8 : 2);
    let subfile = 0;
    for (let i = 0; i < Math.min(count, 4096); i++) {
      const at = first + i * entryBytes;
      const tag = view.getUint16(at, little);
      if (tag === SUBFILE) subfile = valueOf(view, at, little, big);
      if (index > 0) continue;
      if (tag === BITS) found.bits = valueOf(view, at, little, big);
      if (tag === SAMPLE_FORMAT) found.kind = kinds[valueOf(view, at, little, big)] ?? 'other';
      if (tag === PHOTOMETRIC) found.whiteIsZero = valueOf(view, at, little, big) === 0;
    }
    if ((subfile & NO_PAGE) === 0) found.pages.push(index);
    directory = offsetAt(first + count * entryBytes);
  }
  return seen.size === 0 ? null : found;
}

/** The first value of an entry of shorts or longs, which may lie elsewhere if there are several. */
function valueOf(view: DataView, at: number, little: boolean, big: boolean): number {
  const isShort = view.getUint16(at + 2, little) === 3;
  const count = big ? Number(view.getBigUint64(at + 4, little)) : view.getUint32(at + 4, little);
  const here = at + (big ? 12 : 8);
  const fits = count * (isShort ? 2 : 4) <= (big ? 8 : 4);
  const place = fits ? here : big ? Number(view.getBigUint64(here, little)) : view.getUint32(here, little);
  return isShort ? view.getUint16(place, little) : view.getUint32(place, little);
}
