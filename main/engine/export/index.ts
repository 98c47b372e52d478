/**
 * Ways out: a run's checkpoint as files that other tools load. `export-run` is the door; `safetensors` is the format (also
 * that of checkpoints), `saved-model` TensorFlow's. Beside the weights lie `description` and `readme`, and the model in PyTorch,
 * which `python-model` puts together from the files in `python/`.
 */
export { type ExportRequest, exportRun } from './export-run';
export { type StoredTensor, type TensorFile, readSafetensors, writeSafetensors } from './safetensors';
