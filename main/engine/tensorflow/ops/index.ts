/**
 * The ops that models are written in: contract, check, call; one op or one tight family a file.
 *
 * Model code uses these and nothing of tfjs. Where tfjs's gradient is missing, wrong or slow, TensorFlow's own gradient
 * kernel stands in (`differentiable` in kernel.ts); test/gradients holds every op to finite differences. Gradients are
 * of first order: `gradients` of the graph folder refuses to nest.
 */
export * from './activations';
export * from './arg';
export * from './arithmetic';
export * from './average-pool';
export * from './bias-add';
export * from './cast';
export { type ConvOptions, conv2d } from './conv2d';
export * from './conv2d-transpose';
export * from './depth-space';
export * from './fill';
export * from './gather';
export * from './logic';
export * from './mat-mul';
export * from './pad';
export * as random from './random';
export { seedOf } from './random';
export * from './reductions';
export * from './resize';
export * from './rounding';
export * from './shape';
export * from './softmax';
export * from './stop-gradient';
