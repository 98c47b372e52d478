/** Densities fitted to latents: how likely a vector is, and new vectors like those of a dataset. */
export {
  type FitOptions,
  type FittedMixture,
  type GaussianMixture,
  fitGaussianMixture,
  logDensities,
  sampleMixture,
} from './gaussian-mixture';
