/**
 * A run's folder as workbench and trainer both read and write it; the layout is `runFolder` of shared/specs. run.json is the workbench's and
 * status.json the trainer's while it holds the run (`manifest`); a checkpoint counts once its state.json can be read (`checkpoints`).
 */
export {
  checkpointFolders,
  checkpointState,
  chooseCheckpoint,
  listCheckpoints,
  namesIn,
  type Checkpoints,
} from './checkpoints';
export {
  readRecord,
  readRun,
  readStatus,
  stampOf,
  statusStamp,
  updateRun,
  writeStatus,
  type RunChange,
} from './manifest';
