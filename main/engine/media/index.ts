/**
 * Items as files: reading sources safely, the import that makes a dataset of them, and the pack on disk. What an item is made
 * of is its medium's to say (`kinds`): `files` of every process, `tensors` of those that load TensorFlow.
 */
export { importDataset, type ImportOutcome, type ImportProgress, type ImportRequest } from './import';
export { openPack, readItemIndex, verifyDataset, readItemLines, type ItemIndex, type Pack } from './pack';
