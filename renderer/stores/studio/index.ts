/**
 * The picture on the Studio's table, which the presentation shows as well. session (the store) is made of table (a picture,
 * its latent and that latent's history), painting (the layer of codes and the tools), prior-tools (proposals and surprise), sliders (the components of a vector),
 * draws (new vectors, and how likely one is) and kept (edits outlast a reload); edits, grid-edits and history are the pure part: what a stroke changes, undo and redo.
 */
export { LARGEST_SEED, MOST_DRAWN } from './draws';
export * from './edits';
export * from './grid-edits';
export { modelLayers, type Cell, type Overlay, type Tool } from './painting';
export { useStudioSession } from './session';
export { requestVectors } from './sliders';
export { latentOf, numbersOf, type Table } from './table';
