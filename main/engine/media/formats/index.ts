/** Picture formats by their bytes: telling them apart, reading a header, and the one decoder sharp lacks (BMP). */
export { formatOfEnding, sniff, SNIFF_BYTES, type ImageFormat } from './sniff';
export { probe } from './probe';
export { openBmp } from './bmp';
