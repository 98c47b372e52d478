/** Import: sources in, a dataset on disk out. `importDataset` is the way in; each step is a file of its own. */
export { importDataset, type ImportOutcome, type ImportRequest } from './import';
export { type ImportProgress } from './progress';
