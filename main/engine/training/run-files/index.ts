/**
 * What of a run's folder its trainer alone writes: checkpoints with their weights, metrics, its lock. See
 * main/run-files for the rest.
 */
export {
  type Checkpoint,
  isDamage,
  pruneCheckpoints,
  putAsideDamaged,
  readOptimizer,
  readState,
  readWeights,
  weightsHash,
  writeCheckpoint,
} from './checkpoints';
export { takeRun } from './lock';
export { type MetricsWriter, openMetrics } from './metrics-writer';
