import type { AutoencoderKind, AutoencoderSpec, QuantizerKind, QuantizerSpec } from '@shared/specs';
import type { HowDrawn } from './description';
import { joinPython } from './python-files';

/** A model's file in `python/`, whose class `Model` it is; a quantizer's is named after its kind. */
const modelFiles: Record<AutoencoderKind, string> = {
  'vq-vae': 'vq_vae',
  'vq-vae-2': 'vq_vae_2',
  vqgan: 'vqgan',
  'vit-vqgan': 'vit_vqgan',
  dvae: 'dvae',
  'discrete-vae': 'discrete_vae',
  pca: 'pca',
  ae: 'ae',
  vae: 'vae',
  iwae: 'vae',
};

/**
 * `model.py`: the model in PyTorch, all that is needed to use model.safetensors beside it. Of the files in `python/` it has those
 * that this model and its quantizers need, and nothing is generated: what differs between specifications is read from the weights.
 */
export function pythonModel(spec: AutoencoderSpec): string {
  return joinPython(['weights', ...quantizerKinds(spec), modelFiles[spec.kind], 'example'], modelFiles[spec.kind]);
}

/** `preprocess.py`: picture files as the model reads them, as the import of its dataset did. */
export const pythonPreprocessing = (): string => joinPython(['preprocess'], 'preprocess', 'numpy and Pillow');

/** A file in `python/` with the `draw` of such a prior. */
const drawFiles: Record<HowDrawn, string> = {
  'by-position': 'draw_by_position',
  'by-round': 'draw_by_round',
  'by-component': 'draw_by_component',
  'at-once': 'draw_at_once',
};

/** `sample.py`: draws from the SavedModel beside it and decodes by the one in `autoencoder/`. */
export function pythonSampler(drawn: HowDrawn): string {
  return joinPython([drawFiles[drawn], 'sample'], 'sample', 'numpy and tensorflow');
}

function quantizerKinds(spec: AutoencoderSpec): QuantizerKind[] {
  const own = [...('quantizer' in spec ? [spec.quantizer] : []), ...('top' in spec ? [spec.top] : [])];
  return own.flatMap(kindsWithin);
}

function kindsWithin(spec: QuantizerSpec): QuantizerKind[] {
  return [spec.kind, ...('quantizer' in spec ? kindsWithin(spec.quantizer) : [])];
}
