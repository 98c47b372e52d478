/** Describes a dataset; written last, so that a folder that has it is whole. */
export const MANIFEST_FILE = 'dataset.json';
/** One line of JSON an item, in pack order. */
export const ITEMS_FILE = 'items.jsonl';
/** The checksums of the files' blocks, by which damage is seen. */
export const CHECKSUMS_FILE = 'checksums.json';
