/**
 * The workspace folder itself: where things lie (paths), how they are named (ids), binned (bin) and prepared out of sight
 * (staging), and which process hosts it (lock).
 */
export { createBin, type Bin } from './bin';
export { slug, uniqueId } from './ids';
export { createStaging, type Staging } from './staging';
export { claimWorkspace } from './lock';
export { defaultWorkspace, workspacePaths, type WorkspacePaths } from './paths';
