/**
 * Compression by codes, measured and undone: `compression` asks the engine about runs, each coded by its best
 * prior, and puts their numbers together; `table` is the CSV.
 */
export { createCompression, type Compression, type CompressionParts } from './compression';
export { compressionHandlers } from './handlers';
