/**
 * The workspace folder itself: where things lie (paths), how they are named (ids), prepared out of sight
 * (staging), what a folder takes on disk (bytes-in), which process hosts it (lock), and what killed ones left (sweep).
 */
export { bytesIn } from './bytes-in';
export { slug, uniqueId } from './ids';
export { createStaging, type Staging } from './staging';
export { claimWorkspace } from './lock';
export { sweepWorkspace } from './sweep';
export { defaultWorkspace, workspacePaths, type WorkspacePaths } from './paths';
