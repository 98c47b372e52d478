/** What a person can configure: zod schemas that carry type, default, limits, unit and one-line help. */
export * from './autoencoders';
export * from './canvas';
export * from './dataset';
export * from './describe';
export * from './field';
export * from './latent';
export * from './model';
export * from './optimizers';
export { getPath, leaves, setPath } from './paths';
export * from './presets';
export * from './priors';
export * from './quantizers';
export * from './run';
export * from './run-folder';
export { scheduled, schedulesOf } from './schedule';
export * from './sweep';
export * from './training';
