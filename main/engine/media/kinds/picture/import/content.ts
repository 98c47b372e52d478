import { sniff } from '../formats';
import type { RawImage } from '../raw';
import { rangeOfTiff, tiffNumbers } from '../tiff-numbers';
import type { ChosenRange, ValueRange } from '../value-range';
import { framesIn } from './frames';

/** What an item is made from: a picture file still to be decoded, all of it or some pages, or pixels out of a collection. */
export type PictureContent = PictureFileContent | { raw: RawImage };

interface PictureFileContent {
  load(): Promise<Uint8Array>;
  pages?: readonly Page[];
  /** Which numbers are black and white, in a TIFF of other numbers than bytes. */
  range: ChosenRange | ValueRange;
}

/** A page or frame of a file: as the decoder numbers it, and as its name does, from 1. */
interface Page {
  page: number;
  number: number;
}

/** Pages that are decoded together: they share one reading of the file. */
const PAGES_TOGETHER = 16;

/** The contents of a picture file: one, or one for every few pages of a file that has several, if those are wanted. */
export async function* contentsOfFile(
  name: string,
  load: () => Promise<Uint8Array>,
  { range: chosen, takesFrames }: { range: ChosenRange; takesFrames: boolean },
): AsyncGenerator<PictureContent> {
  const { bytes, frames } = takesFrames ? await framesIn(load) : { bytes: null, frames: null };
  if (bytes === null || frames === null || frames.pages.length < 2) {
    yield { load, range: chosen };
    return;
  }
  const range = await rangeOfPages(name, chosen, bytes, frames.pages);
  const pages = frames.pages.map((page, at) => ({ page, number: at + 1 }));
  for (let at = 0; at < pages.length; at += PAGES_TOGETHER)
    yield { load, range, pages: pages.slice(at, at + PAGES_TOGETHER) };
}

/** The range of all pages of a TIFF together, where it needs one. */
async function rangeOfPages(
  name: string,
  chosen: ChosenRange,
  bytes: Uint8Array,
  pages: readonly number[],
): Promise<ChosenRange | ValueRange> {
  const sniffed = sniff(bytes);
  if (!('format' in sniffed) || sniffed.format !== 'tiff') return chosen;
  try {
    const numbers = tiffNumbers(bytes, chosen);
    return numbers === null ? chosen : await rangeOfTiff(bytes, numbers, pages, name, chosen);
  } catch {
    return chosen; // whoever decodes a page says what is wrong with it
  }
}
