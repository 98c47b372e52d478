/**
 * The picture on the Studio's table, which the presentation shows as well. session (the store) is made of table (a picture,
 * its latent and that latent's history), painting (the layer of codes and the tools), offers (pictures to choose from) by prior-tools (a region resampled, and surprise), extending
 * (a larger canvas) and varying (pictures alike), between (from one picture to another), starts (pictures from nothing), sliders (the components of a vector), draws (new vectors, and how
 * likely one is), work and kept (what was done lasts in the workspace, and comes back with its undo); edits, grid-edits, frame and history are the pure part: what a stroke changes, where codes lie on a larger canvas, undo and redo.
 */
export { ways, swapOrders, type SwapOrder, type Way } from './between';
export type { Frame, Numbers } from './numbers';
export type { OfferKind } from './offers';
export type { Side } from './extending';
export type { VaryBy } from './varying';
export { LARGEST_SEED, MOST_DRAWN } from './draws';
export * from './edits';
export * from './grid-edits';
export { modelLayers, type Cell, type Overlay, type Tool } from './painting';
export { classesOf } from './prior-tools';
export { useStudioSession, type Panel } from './session';
export { requestVectors } from './sliders';
export { latentOf, numbersOf } from './table';
export type { Table } from './laid-table';
