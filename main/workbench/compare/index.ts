/**
 * Runs side by side over the same items: `compare` asks the studio process for the numbers and pictures, `table` and `report` write them
 * down for others.
 */
export { createCompare, type Compare } from './compare';
export { compareHandlers } from './handlers';
