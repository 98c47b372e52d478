/**
 * What the workspace holds, as its folders say: runs, datasets, and what went wrong. All other parts of the workbench know these; these know none
 * of the others but the catalogue.
 *
 * run-store        run.json and status.json of every run
 * dataset-store    datasets, listed by the catalogue; reconcile brings it in line with the folders, dataset-folder reads one
 * incidents        what went wrong, until somebody has read it
 */
export { createDatasetStore, type DatasetStore } from './dataset-store';
export { markBundled, readDatasetFolder, writeManifest } from './dataset-folder';
export {
  createIncidents,
  damagedCheckpoint,
  damagedDataset,
  unwritable,
  type Incidents,
  type NewIncident,
} from './incidents';
export { createRunStore, type RunStore } from './run-store';
