/**
 * PNG, JPEG and WebP as yardsticks: encoding pictures at a quality (`codec`), how much of a file is the picture
 * (`picture-data`), and the search for the quality that meets a size or a likeness (`quality-search`).
 */
export { type PictureFormat, decodePlain, encodeLossless, encodeLossy } from './codec';
export { pictureDataBytes } from './picture-data';
export { HIGHEST_QUALITY, LOWEST_QUALITY, firstReaching, lastWithin } from './quality-search';
