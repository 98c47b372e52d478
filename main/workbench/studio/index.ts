/** The studio process as requests see it: runs and checkpoints by name in, their folders on the pipe to the process. */
export { createModels, type Models } from './models';
export { localHandlers, studioHandlers } from './handlers';
export { sampleHandlers } from './sample-handlers';
