/**
 * Runs side by side over the same items: `compare` asks the studio process for the numbers and pictures, `report` writes them down for
 * others, as CSV and as a page.
 */
export { createCompare, type Compare } from './compare';
export { compareHandlers } from './handlers';
