/** Metrics of runs as both sides hold them: stretches of rows (`columns`), and `step-table`, all rows by step. */
export { mergeMetrics, rowsAfter } from './columns';
export { createStepTable, type StepTable } from './step-table';
export { betterOf, inOrder, isScore, scoreIn, type Score } from './measures';
