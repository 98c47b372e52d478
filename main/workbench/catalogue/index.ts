/**
 * catalogue.sqlite: what can be listed, filtered and counted of datasets and items without reading their folders. The
 * folders are the truth; the catalogue can be deleted and is built again from them (reconcile).
 * database (opening, schema versions), datasets and items (tables), names (what text searches look
 * through), matches (their answers, kept).
 */
export { openCatalogue, type Catalogue } from './catalogue';
export { type DatasetRow } from './datasets';
export { readItemLines } from './item-lines';
