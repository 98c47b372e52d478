/**
 * A dataset on disk: its pixels in one file read by position, thumbnails, a line an item, and the manifest that
 * describes it.
 */
export { createPackWriter, type PackWriter } from './writer';
export { openPack, type Pack } from './reader';
export { readItemIndex, readItemLines, type ItemIndex } from './items';
export { createPixelStatistics, type PixelStatistics } from './statistics';
export { createSizeSummary } from './sizes';
export { verifyDataset } from './checksums';
