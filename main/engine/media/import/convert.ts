import { AppError } from '@shared/errors';
import { createBudget, type Budget } from '../budget';
import { decodePicture } from '../decode';
import { formatOfEnding } from '../formats';
import type { ImportLimits } from '../limits';
import { fitRaw, isGrey, type TargetShape } from '../raw';
import { endingOf } from '../sources';
import type { ValueRange } from '../value-range';
import type { Task } from './tasks';

/** An item ready for the pack. */
export interface ConvertedItem {
  task: Task;
  name: string;
  /** `[H,W,C]` bytes of the working shape. */
  pixels: Uint8Array;
  /** Size of the picture as it came. */
  width: number;
  height: number;
  /** What it is, if its ending says otherwise. */
  mislabelledAs: string | null;
  /** Pages or frames of its file. */
  frames: number;
  /** What was taken for black and white, where that had to be decided. */
  range: ValueRange | null;
}

/** An item, or why there is none: it can't be read, or has colour where all were believed to be grey. */
export type Converted = ConvertedItem | { name: string; skipped: string } | { name: string; coloured: true };

/** Unpacked pixels that pictures being decoded at the same time may take together. */
const DECODING_BYTES = 512 * 1024 * 1024;

/**
 * Makes the function that turns tasks into items of `shape`: one, or one a frame. Files that can't be read are a
 * result, not an error. With `believedGrey`, pictures that are not are a result too.
 */
export function createConverter(
  shape: TargetShape,
  limits: ImportLimits,
  signal: AbortSignal,
  believedGrey = false,
): (task: Task) => Promise<Converted[]> {
  const memory = createBudget(DECODING_BYTES);
  const target: TargetShape = believedGrey ? { ...shape, channels: 3 } : shape;
  const finish = (item: ConvertedItem): Converted => {
    if (!believedGrey) return item;
    if (!isGrey(item.pixels)) return { name: item.name, coloured: true };
    return { ...item, pixels: everyThird(item.pixels) };
  };
  return async (task) => {
    const { content } = task;
    try {
      if ('raw' in content) {
        const { raw } = content;
        const about = { width: raw.width, height: raw.height, mislabelledAs: null, frames: 1, range: null };
        return [finish({ task, name: task.name, pixels: await fitRaw(raw, target), ...about })];
      }
      const bytes = await content.load();
      signal.throwIfAborted();
      if (content.pages === undefined) return [finish(await decode(task, bytes, target, limits, memory, {}))];
      const items: Converted[] = [];
      for (const { page, number } of content.pages) {
        const name = `${task.name}#${number}`;
        items.push(await decode(task, bytes, target, limits, memory, { page, name }).then(finish, asSkipped(name)));
      }
      return items;
    } catch (thrown) {
      return [asSkipped(task.name)(thrown)];
    }
  };
}

/** Grey pixels out of RGB that is grey. */
function everyThird(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < grey.length; i++) grey[i] = rgb[i * 3]!;
  return grey;
}

async function decode(
  task: Task,
  bytes: Uint8Array,
  target: TargetShape,
  limits: ImportLimits,
  memory: Budget,
  { page, name = task.name }: { page?: number; name?: string },
): Promise<ConvertedItem> {
  const options = { name: task.name, range: task.range, ...(page === undefined ? {} : { page }) };
  const { pixels, width, height, format, frames, range } = await decodePicture(bytes, target, limits, memory, options);
  const ending = endingOf(task.name);
  const fits = ending === '' || formatOfEnding(ending) === format;
  return { task, name, pixels, width, height, mislabelledAs: fits ? null : format, frames, range };
}

function asSkipped(name: string): (thrown: unknown) => Converted {
  return (thrown) => {
    if (thrown instanceof AppError) return { name, skipped: thrown.message };
    throw thrown;
  };
}
