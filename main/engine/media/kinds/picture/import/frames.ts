import { AppError } from '@shared/errors';
import { countFrames, formatOfEnding, sniff, type Frames } from '../formats';
import { endingOf } from '../../../sources';

/** Whether a picture's name leaves it open that it has several pages or frames. */
export function mayHaveFrames(path: string): boolean {
  const format = formatOfEnding(endingOf(path));
  return format === null || format === 'gif' || format === 'webp' || format === 'tiff';
}

/** Pages or frames of a picture file; one where it can't be read. */
export async function framesIn(load: () => Promise<Uint8Array>): Promise<{ bytes: Uint8Array | null; frames: Frames }> {
  try {
    const bytes = await load();
    const sniffed = sniff(bytes);
    return { bytes, frames: 'format' in sniffed ? countFrames(bytes, sniffed.format) : { count: 1, pages: [0] } };
  } catch (thrown) {
    if (thrown instanceof AppError) return { bytes: null, frames: { count: 1, pages: [0] } };
    throw thrown;
  }
}
