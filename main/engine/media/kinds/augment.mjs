import { augmentPicture } from './picture/augment.mjs';

/**
 * What augmentation does to an item's bytes, by its medium; nothing to one of a medium that isn't here. Plain JavaScript, as the
 * thread that reads batches runs it from the sources as from a bundle.
 */
export const augmenters = new Map(Object.entries({ picture: augmentPicture }));
