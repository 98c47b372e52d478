/**
 * Picture formats by their bytes: telling them apart and from what isn't read, reading a header, counting frames, and
 * the decoders sharp lacks (BMP, Netpbm).
 */
export { formatOf, formatOfEnding, sniff, SNIFF_BYTES, type ImageFormat } from './sniff';
export { nameUnread } from './unread';
export { probe } from './probe';
export { countFrames, type Frames } from './frames';
export { readTiff, type TiffHeader } from './tiff';
export { openBmp, type Bitmap } from './bmp';
export { openNetpbm } from './netpbm';
