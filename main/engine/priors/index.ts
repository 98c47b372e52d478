/** Priors: distributions over the codes of an autoencoder. `gpt` reads like its paper; `sampler` draws code by code. */
export { type Gpt, type GptOptions, gpt } from './gpt';
export { type SampleOptions, type Sampler } from './sampler';
