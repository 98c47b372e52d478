/**
 * Everything that touches pictures as files: reading sources safely, decoding, the pack on disk, import, `.npy` and
 * `.npz`. The only folder that uses sharp; runs in engine processes.
 */
export { importDataset, type ImportOutcome, type ImportProgress, type ImportRequest } from './import';
export { openPack, readItemIndex, verifyDataset, readItemLines, type ItemIndex, type Pack } from './pack';
export { decodePicture, type DecodedPicture } from './decode';
export { decodePictureFile } from './picture-file';
export { type Background, type RawImage, type TargetShape } from './raw';
export { encodePng } from './encode';
export { readNpy, writeNpy, type NpyArray, type NpyData } from '../formats/npy';
export { readNpz, writeNpz, type NpzContent } from '../formats/npz';
