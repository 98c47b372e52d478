/**
 * What the person made, kept in the workspace: `documents` lists, reads and writes, `file` says what a file looks like, `limits` how
 * large and how many, `results` keeps what was measured.
 */
export { createDocuments, type Documents } from './documents';
export { documentHandlers } from './handlers';
export { keepResult } from './results';
