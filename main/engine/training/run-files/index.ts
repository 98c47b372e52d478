/** A run's folder as its trainer writes it; the layout is `runFolder` of shared/specs. Every file appears whole or not at all. */
export {
  type Checkpoint,
  checkpointFolders,
  isDamage,
  listCheckpoints,
  pruneCheckpoints,
  putAsideDamaged,
  readOptimizer,
  readState,
  readWeights,
  weightsHash,
  writeCheckpoint,
} from './checkpoints';
export { takeRun } from './lock';
export { type RunChange, readRun, updateRun } from './manifest';
export { type MetricsWriter, openMetrics } from './metrics-writer';
