/**
 * What is done with datasets: datasets (import, rename, remove, verify), pictures (read by position), summary, and handlers for the requests
 * `datasets.*`. Which there are is for `stores/` to say.
 */
export { datasetHandlers } from './handlers';
export { createDatasets, type Datasets } from './datasets';
