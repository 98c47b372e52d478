import { AppError } from '@shared/errors';
import type { ImportOptions } from '@shared/specs/dataset';
import type { PictureSignal } from '@shared/specs/media';
import { createBudget, type Budget } from '../../../budget';
import type { ImportLimits } from '../../../limits';
import { endingOf } from '../../../sources';
import type { Conversion, Converted } from '../../kind';
import { decodePicture } from '../decode';
import { formatOfEnding } from '../formats';
import { fitRaw, isGrey, type TargetShape } from '../raw';
import type { PictureContent } from './content';
import { type ConvertedPicture, createRemarks } from './remarks';

/** Unpacked pixels that pictures being decoded at the same time may take together. */
const DECODING_BYTES = 512 * 1024 * 1024;

/**
 * Brings pictures to `signal`, each to one item, or to one per frame. Where all were chosen to be grey because those that
 * were looked at are, the first picture that has colour asks for colour instead.
 */
export function createConversion(
  signal: PictureSignal,
  { fit, background, colour, frames }: Pick<ImportOptions, 'fit' | 'background' | 'colour' | 'frames'>,
  limits: ImportLimits,
  abort: AbortSignal,
): Conversion<PictureSignal, PictureContent> {
  const memory = createBudget(DECODING_BYTES);
  const believedGrey = colour === 'auto' && signal.channels === 1;
  const { height, width } = signal;
  const target: TargetShape = { height, width, channels: believedGrey ? 3 : signal.channels, fit, background };
  const remarks = createRemarks(frames);

  const finish = (item: ConvertedPicture): Converted<PictureSignal> => {
    if (!believedGrey) return item;
    if (isGrey(item.data)) return { ...item, data: everyThird(item.data) };
    const note = `Imported in colour: ${item.name} has some, though others are grey.`;
    return { instead: { ...signal, channels: 3 }, note };
  };
  return {
    async convert(name, content) {
      try {
        if ('raw' in content) {
          const { raw } = content;
          const seen = { mislabelledAs: null, frames: 1, range: null };
          const facts = { width: raw.width, height: raw.height };
          return [finish({ name, data: await fitRaw(raw, target), facts, seen })];
        }
        const bytes = await content.load();
        abort.throwIfAborted();
        const decoded = (page?: number, itemName = name) =>
          decode(bytes, { file: name, name: itemName, page, range: content.range }, target, limits, memory);
        if (content.pages === undefined) return [finish(await decoded())];
        const items: Converted<PictureSignal>[] = [];
        for (const { page, number } of content.pages) {
          const itemName = `${name}#${number}`;
          items.push(await decoded(page, itemName).then(finish, asSkipped(itemName)));
        }
        return items;
      } catch (thrown) {
        return [asSkipped(name)(thrown)];
      }
    },
    enter: (item, file) => remarks.add(item as ConvertedPicture, file),
    notes: remarks.notes,
  };
}

/** Grey pixels out of RGB that is grey. */
function everyThird(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < grey.length; i++) grey[i] = rgb[i * 3]!;
  return grey;
}

async function decode(
  bytes: Uint8Array,
  {
    file,
    name,
    page,
    range: chosen,
  }: { file: string; name: string; page: number | undefined } & Pick<
    Extract<PictureContent, { load: unknown }>,
    'range'
  >,
  target: TargetShape,
  limits: ImportLimits,
  memory: Budget,
): Promise<ConvertedPicture> {
  const options = { name: file, range: chosen, ...(page === undefined ? {} : { page }) };
  const { pixels, width, height, format, frames, range } = await decodePicture(bytes, target, limits, memory, options);
  const ending = endingOf(file);
  const fits = ending === '' || formatOfEnding(ending) === format;
  return {
    name,
    data: pixels,
    facts: { width, height },
    seen: { mislabelledAs: fits ? null : format, frames, range },
  };
}

function asSkipped(name: string): (thrown: unknown) => { name: string; skipped: string } {
  return (thrown) => {
    if (thrown instanceof AppError) return { name, skipped: thrown.message };
    throw thrown;
  };
}
