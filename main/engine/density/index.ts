/**
 * Densities fitted to latents: how likely a vector is, and new vectors like those of a dataset. Plain code without TensorFlow, so
 * that a machine without it has them too.
 */
export {
  type FitOptions,
  type FittedMixture,
  type GaussianMixture,
  factorsOf,
  fitGaussian,
  fitGaussianMixture,
  logDensities,
  sampleMixture,
} from './gaussian-mixture';
export { covarianceFor, regularisationFor, standardNormal } from './choices';
