/**
 * Training and what it leaves behind. `trainer` runs a run's loop and writes its folder (`run-files`), `train-step` is
 * one update as a graph call (`optimizers`, `accumulation`, `averages`), `data` brings the batches, `stopwatch` says
 * where the time goes, `load-run` and `load-prior` open a checkpoint for use, `plan` says what a configuration costs
 * before it is started.
 */
export { evaluateRun } from './evaluate';
export { type LoadedCodePrior, type LoadedPrior, type LoadedVectorPrior, loadPrior } from './load-prior';
export { type LoadedCodeRun, type LoadedRun, type LoadedVectorRun, loadRun } from './load-run';
export { measurePace } from './measure-pace';
export { planRun } from './plan';
export { planPrior } from './plan-prior';
export { evaluatePrior, judgeCodes } from './evaluate-prior';
export { type Trainer, type TrainerOptions, type TrainingOutcome, createTrainer } from './trainer';
export { itemFeatures } from './item-features';
export { type SplitFeatures, splitFeatures } from './split-features';
