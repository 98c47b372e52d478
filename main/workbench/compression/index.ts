/**
 * Compression by codes, measured and undone: `compression` asks the engine about runs and puts their numbers together, `best-prior` finds what
 * codes a run's codes best, `table` is the CSV.
 */
export { createCompression, type Compression, type CompressionParts } from './compression';
export { compressionHandlers } from './handlers';
