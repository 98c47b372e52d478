/**
 * The picture on the Studio's table, which the presentation shows as well: session (the store), edits (what a stroke or a
 * fill does to codes), history (undo and redo).
 */
export * from './edits';
export { useStudioSession, type Cell, type Overlay, type Table, type Tool } from './session';
