import type { LoadedRun } from '../training/load-run';

/** What an export says of its model: the metadata `tessera` of model.safetensors, as JSON. */
export function modelDescription({ manifest, info }: LoadedRun) {
  return {
    version: 1,
    name: manifest.name,
    dataset: manifest.datasetName,
    step: info.step,
    weightsHash: info.weightsHash,
    image: info.image,
    latent: info.latent,
    trainVariance: manifest.trainVariance,
    spec: manifest.spec,
  };
}
export type ModelDescription = ReturnType<typeof modelDescription>;
