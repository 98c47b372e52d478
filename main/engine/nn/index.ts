/**
 * Layers: small constructors that add variables to a program under a name and return a function over tensors.
 * Initialisers say how a variable is first drawn.
 */
export * from './attention';
export { type BatchNormLayer, type BatchNormLayerOptions, batchNormLayer } from './batch-norm-layer';
export * from './cell-cache';
export { dropoutLayer } from './dropout-layer';
export * from './gated-activation';
export { type GroupNormLayerOptions, groupNormLayer } from './group-norm-layer';
export { type Hyper, hyper, stepScalar, stepScalars } from './hyper';
export * from './initialisers';
export { layerNormLayer } from './layer-norm-layer';
export * from './layers';
export * from './masked-conv2d-layer';
export { type Part, lossPart, phasesOf } from './phases';
export * from './positions';
export * from './recurrent-cell';
export { type ResidualStackOptions, residualStack } from './residual-stack';
export * from './transformer-block';
export * from './upsampling';
export * from './vqgan-blocks';
