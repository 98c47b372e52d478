/** The studio process as requests see it: runs and checkpoints by name in, their folders on the pipe to the process. */
export { readLatentOwner } from './latent-owner';
export { createStudio, type Studio } from './studio';
export { studioHandlers } from './handlers';
export { sampleHandlers } from './sample-handlers';
