import { withPngText } from '@shared/formats';
import type { PictureSignal } from '@shared/specs/media';
import type { MediumFiles } from '../kind';
import { encodePng } from './encode';
import { pictureReader } from './import/reader';
import { decodePictureFile } from './picture-file';
import { createShrinker, thumbnailSize } from './thumbnail';

/** Name of the PNG's text that says how a picture was made. */
export const RECIPE = 'tessera';

/** Pictures as files: what sharp and our own decoders read, and PNG. */
export const pictureFiles: MediumFiles<PictureSignal> = {
  reader: pictureReader,
  thumbnails(signal) {
    const size = thumbnailSize(signal);
    if (size === null) return null;
    const shrink = createShrinker(signal, size, signal.channels);
    return { signal: { ...signal, ...size }, shrink: (item) => shrink(item as Uint8Array) };
  },
  open: async (name, bytes, signal, preprocessing) =>
    (await decodePictureFile(name, bytes, { ...signal, ...preprocessing })).pixels,
  ending: 'png',
  async save(signal, item, recipe) {
    const png = await encodePng(item as Uint8Array, signal);
    return recipe ? withPngText(png, RECIPE, JSON.stringify(recipe)) : png;
  },
};
