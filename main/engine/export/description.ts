import { type CodeLevel, type LatentShape, type RunManifest, gridOf } from '@shared/specs';
import type { LoadedPrior } from '../training/load-prior';
import type { LoadedRun } from '../training/load-run';
import { latentArguments } from './latent-arguments';

/** What an export says of its model, as JSON: description.json, and the metadata `tessera` of model.safetensors. */
export function modelDescription({ manifest, info }: LoadedRun) {
  return { ...common({ manifest, info }), trainVariance: manifest.trainVariance, spec: manifest.spec };
}
export type ModelDescription = ReturnType<typeof modelDescription>;

/** A prior's description: image and latent are its autoencoder's, whose own description lies in the folder `autoencoder`. */
export function priorDescription(loaded: LoadedPrior) {
  const { manifest, info, autoencoder } = loaded;
  return {
    ...common({ manifest, info }),
    /** Names of the classes that it can be conditioned on, by number; none where it is unconditional. */
    classes: loaded.kind === 'codes' && loaded.prior.classes > 0 ? manifest.classes : [],
    autoencoder: {
      name: autoencoder.manifest.name,
      step: autoencoder.info.step,
      weightsHash: autoencoder.info.weightsHash,
    },
    drawn: howDrawn(loaded),
    spec: manifest.spec,
  };
}
export type PriorDescription = ReturnType<typeof priorDescription>;

/**
 * How latents are drawn by the signatures of a prior: one code per `sample_step`, in an order of their places; many codes per step, the surest
 * first; a component of the vector a step; or the whole vector by `sample`.
 */
export type HowDrawn = 'by-position' | 'by-round' | 'by-component' | 'at-once';

function howDrawn(loaded: LoadedPrior): HowDrawn {
  if (loaded.kind === 'codes') return loaded.prior.rounds === undefined ? 'by-position' : 'by-round';
  return 'sample_step' in loaded.prior.signatures ? 'by-component' : 'at-once';
}

/** A latent with the rows and columns of its grids, as readers of exports know them, beside their axes. */
function describedLatent(latent: LatentShape) {
  if (latent.kind === 'vector') return latent;
  const rows = (level: CodeLevel) => (level.axes.length === 2 ? gridOf(level) : {});
  return { ...latent, levels: latent.levels.map((level) => ({ ...rows(level), ...level })) };
}

/** How a picture file becomes what the model reads; `preprocess.py` does it. */
const picturePreprocessing = ({ preprocessing, signal }: RunManifest) => ({
  ...preprocessing,
  orientation: 'as EXIF says',
  transparency: 'over the background',
  colour: signal.channels === 1 ? 'grey, by luminance in linear light' : 'RGB, in sRGB',
  resize: 'smaller: Lanczos, 3 lobes; larger: cubic',
  range: 'bytes / 255',
});

function common({ manifest, info }: Pick<LoadedRun, 'manifest' | 'info'>) {
  return {
    version: 1,
    name: manifest.name,
    dataset: manifest.datasetName,
    step: info.step,
    weightsHash: info.weightsHash,
    // what model.py and preprocess.py of every export read
    image: info.signal,
    ...(info.signal.kind === 'picture' && { preprocessing: picturePreprocessing(manifest) }),
    latent: describedLatent(info.latent),
    latents: latentArguments(info.latent),
  };
}
export type CommonDescription = ReturnType<typeof common>;
