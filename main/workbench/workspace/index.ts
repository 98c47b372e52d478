/**
 * The workspace folder itself: where things lie (paths), how they are written (atomic), named (ids), binned (bin),
 * prepared out of sight (staging), and which process works on what (liveness, lock).
 */
export { replaceFile, syncFolder } from './atomic';
export { createBin, type Bin } from './bin';
export { slug, uniqueId } from './ids';
export { createStaging, type Staging } from './staging';
export { holdsLock } from './liveness';
export { claimWorkspace } from './lock';
export { defaultWorkspace, workspacePaths, type WorkspacePaths } from './paths';
