/**
 * The workspace folder itself: where things lie (paths), how they are named (ids), prepared out of sight
 * (staging, which also removes what killed processes left), which folders one holds (folders), which process hosts it (lock), whether it
 * can be written to (storage).
 */
export { foldersIn } from './folders';
export { slug, uniqueId } from './ids';
export { createStaging, sweepWorkspace, type Staging } from './staging';
export { claimIfWritable, claimWorkspace } from './lock';
export { createStorage, type Storage } from './storage';
export { defaultWorkspace, workspacePaths, type WorkspacePaths } from './paths';
