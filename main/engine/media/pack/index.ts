/**
 * A dataset on disk: its items in one file read by position, thumbnails, a line an item, and the manifest that
 * describes it.
 */
export { createPackWriter, type PackWriter } from './writer';
export { openPack, type Pack } from './reader';
export { readItemIndex, readItemLines, type ItemIndex } from './items';
export { createStatistics, type ItemStatistics } from './statistics';
export { createFactsSummary } from './facts';
export { verifyDataset } from './checksums';
