/**
 * Ways out: a run's checkpoint as files that other tools load. `export-run` is the door, `writers` say what an autoencoder and a prior
 * become in each format; `safetensors` is the format (also that of checkpoints), `saved-model` TensorFlow's. Beside the weights lie
 * `description` and `readme`, and Python that `python-model` puts together from the files in `python/`: the model in PyTorch, or how
 * to draw from a prior.
 */
export { type ExportRequest, exportRun } from './export-run';
