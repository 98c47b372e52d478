/**
 * The workspace folder itself: where things lie (paths), how they are named (ids), prepared out of sight
 * (staging), what a folder takes on disk (bytes-in), which process hosts it (lock), whether it can be written to (storage), and
 * what killed processes left (sweep).
 */
export { bytesIn } from './bytes-in';
export { foldersIn } from './folders-in';
export { slug, uniqueId } from './ids';
export { createStaging, type Staging } from './staging';
export { claimWorkspace } from './lock';
export { createStorage, probeFolder, type Storage } from './storage';
export { sweepWorkspace } from './sweep';
export { defaultWorkspace, workspacePaths, type WorkspacePaths } from './paths';
