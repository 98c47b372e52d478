import type { LoadedRun } from '../training/load-run';
import { latentArguments } from './latent-arguments';

/** What an export says of its model, as JSON: description.json, and the metadata `tessera` of model.safetensors. */
export function modelDescription({ manifest, info }: LoadedRun) {
  return {
    version: 1,
    name: manifest.name,
    dataset: manifest.datasetName,
    step: info.step,
    weightsHash: info.weightsHash,
    image: info.image,
    latent: info.latent,
    latents: latentArguments(info.latent),
    trainVariance: manifest.trainVariance,
    spec: manifest.spec,
  };
}
export type ModelDescription = ReturnType<typeof modelDescription>;
