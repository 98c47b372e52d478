/** Metrics of runs as both sides hold them: `step-table` in columns by step. */
export { createStepTable, type StepTable } from './step-table';
