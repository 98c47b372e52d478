/**
 * What the person made, kept in the workspace: `documents` lists, reads and writes within limits, `file` defines the
 * file format, `results` keeps measurements.
 */
export { createDocuments, type Documents } from './documents';
export { documentHandlers } from './handlers';
export { keepResult } from './results';
