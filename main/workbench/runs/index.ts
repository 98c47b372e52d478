/**
 * Runs of the workspace.
 *
 * metrics-file             metrics.jsonl as columns, read as it grows; latest-metrics reads only its end
 * histories                those of several runs, within a budget of memory
 * recent-rows              rows that a trainer has sent but not yet written
 * pictures, log-file       previews, code usage, log
 * trainer-session          one trainer process at work on one run
 * training                 the queue, and what becomes of a run when its trainer ends
 * recovery                 runs whose trainer is gone although status.json says that they train
 * neighbours               runs and datasets that other processes work on
 * provenance               sessions, and hashes of pictures and weights
 * run-times                how long configurations take here, measured
 * handlers                 the requests `runs.*`
 */
export { runHandlers } from './handlers';
export { createProvenance, type ProvenanceReader } from './provenance';
export { createRecentRows } from './recent-rows';
export { createRecovery } from './recovery';
export { createSummaries } from './summary';
export { watchNeighbours } from './neighbours';
export { createRunTimes, type RunTimes } from './run-times';
export { createRuns, type Runs } from './runs';
export { createTraining, type Training } from './training';
