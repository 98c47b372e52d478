import { AppError } from '@shared/errors';
import { createBudget } from '../budget';
import { decodePicture } from '../decode';
import { formatOfEnding } from '../formats';
import type { ImportLimits } from '../limits';
import { fitRaw, type TargetShape } from '../raw';
import { endingOf } from '../sources';
import type { Task } from './tasks';

/** An item ready for the pack. */
export interface ConvertedItem {
  task: Task;
  /** `[H,W,C]` bytes of the working shape. */
  pixels: Uint8Array;
  /** Size of the picture as it came. */
  width: number;
  height: number;
  /** What it is, if its ending says otherwise. */
  mislabelledAs: string | null;
}

/** An item, or the reason why there is none. */
export type Converted = ConvertedItem | { task: Task; skipped: string };

/** Unpacked pixels that pictures being decoded at the same time may take together. */
const DECODING_BYTES = 512 * 1024 * 1024;

/** Makes the function that turns tasks into items of `shape`. Files that can't be read are a result, not an error. */
export function createConverter(
  shape: TargetShape,
  limits: ImportLimits,
  signal: AbortSignal,
): (task: Task) => Promise<Converted> {
  const memory = createBudget(DECODING_BYTES);
  return async (task) => {
    try {
      if ('raw' in task.content) {
        const { raw } = task.content;
        return { task, pixels: await fitRaw(raw, shape), width: raw.width, height: raw.height, mislabelledAs: null };
      }
      const bytes = await task.content.load();
      signal.throwIfAborted();
      const { pixels, width, height, format } = await decodePicture(bytes, shape, limits, memory);
      const ending = endingOf(task.name);
      const fits = ending === '' || formatOfEnding(ending) === format;
      return { task, pixels, width, height, mislabelledAs: fits ? null : format };
    } catch (thrown) {
      if (thrown instanceof AppError) return { task, skipped: thrown.message };
      throw thrown;
    }
  };
}
