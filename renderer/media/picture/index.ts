/** Pictures on the page: drawn on canvases, pixels sharp at any size, and saved as PNGs. */
import type { PageMedium } from '../medium';
import { picturePng } from './pictures';
import PictureCanvas from './PictureCanvas.vue';

export const picture: PageMedium = {
  Thumbnail: PictureCanvas,
  extension: 'png',
  mime: 'image/png',
  encode: picturePng,
};
