/**
 * What training and evaluation report, as pure functions over numbers and accumulators that take a split batch by
 * batch. The manual's page “Metrics” has the definitions. A medium brings its own
 * (`media/kinds`); `sets` compares two sets of items by features of them.
 */
export { createActiveUnits } from './active-units';
export { type EvaluationBatch, createEvaluationAccumulator } from './evaluation-accumulator';
export { deadCodes, perplexity, usage } from './code-usage';
