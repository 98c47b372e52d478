/**
 * Datasets of the workspace: folder (what lies in one), import, pictures (read by position), summary, reconcile (folders
 * against the catalogue), and handlers for the requests `datasets.*`.
 */
export { datasetHandlers } from './handlers';
export { createDatasets, type Datasets } from './datasets';
