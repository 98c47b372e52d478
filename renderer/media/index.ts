/**
 * What the page shows and saves of items, by their medium: one folder for each, one line each in `media.ts`. What is about
 * pictures alone, as painting in two dimensions, takes its parts from `picture/`.
 */
export { fileNames } from './file-names';
export { mediumOf } from './media';
export { default as ItemThumbnail } from './ItemThumbnail.vue';
