/** Exports of checkpoints in the workspace's `exports/`: made by the studio process, read piece by piece. */
export { createExports, type Exports } from './exports';
export { exportHandlers } from './handlers';
