/**
 * The ops that models are written in: contract, check, call; one op or one tight family per file.
 *
 * Model code uses these and nothing of tfjs. Each op defines its gradients (`differentiable` in kernel.ts) in terms of
 * ops, so that gradients of gradients are right; TensorFlow's gradient kernels are such ops themselves. A kernel
 * without a gradient refuses to be differentiated, by name. test/gradients checks every op against finite differences,
 * test/oracle against PyTorch.
 */
export * from './activations';
export * from './arg';
export * from './arithmetic';
export * from './batch-norm';
export * from './bias-add';
export { type Axes, broadcastTo, reshape, sum, sumTo } from './broadcast';
export * from './cast';
export { type ConvOptions, conv2d } from './conv2d';
export * from './conv2d-transpose';
export { conv3d, conv3dTranspose } from './conv3d';
export * from './cross-entropy';
export * from './depth-space';
export * from './depthwise-conv2d';
export * from './dropout';
export * from './exponentials';
export * from './fill';
export * from './fourier';
export * from './gather';
export * from './logic';
export * from './mat-mul';
export * from './normalise';
export * from './pad';
export * from './pool';
export * as random from './random';
export { seedOf } from './random';
export * from './reductions';
export * from './resize';
export * from './rotation-trick';
export * from './rounding';
export * from './sequences';
export * from './shape';
export * from './sigmoid';
export * from './softmax';
export { standardize } from './standardize';
export * from './stop-gradient';
export * from './where';
