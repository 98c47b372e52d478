/**
 * Ways out: a run's checkpoint as files that other tools load. `export-run` is the door; `safetensors` is the format (also
 * that of checkpoints), `saved-model` TensorFlow's, `python-model` and `readme` what a reader needs beside the weights.
 */
export { type ExportRequest, exportRun } from './export-run';
export { type StoredTensor, type TensorFile, readSafetensors, writeSafetensors } from './safetensors';
