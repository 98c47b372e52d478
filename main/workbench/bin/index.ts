/** The bin: removed datasets and runs, until a person deletes them for good. */
export { createBin, type Bin } from './bin';
export { binHandlers } from './handlers';
