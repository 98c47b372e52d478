/**
 * Layers: small constructors that add variables to a program under a name and return a function over tensors.
 * Initialisers say how a variable is first drawn.
 */
export * from './attention';
export { type BatchNormLayer, type BatchNormLayerOptions, batchNormLayer } from './batch-norm-layer';
export * from './cell-cache';
export { type Conv1dLayerOptions, conv1dLayer } from './conv1d-layer';
export { type Conv2dLayerOptions, conv2dLayer } from './conv2d-layer';
export { type ConvTranspose2dLayerOptions, convTranspose2dLayer } from './conv-transpose2d-layer';
export { type DenseLayerOptions, denseLayer } from './dense-layer';
export { type DepthwiseConv2dLayerOptions, depthwiseConv2dLayer } from './depthwise-conv2d-layer';
export { dropoutLayer } from './dropout-layer';
export { type EmbeddingLayerOptions, embeddingLayer } from './embedding-layer';
export * from './gated-activation';
export { type GroupNormLayerOptions, groupNormLayer } from './group-norm-layer';
export { type Hyper, hyper, stepScalar, stepScalars } from './hyper';
export * from './initialisers';
export { type Layer, type TrainedLayer } from './layer';
export { layerNormLayer } from './layer-norm-layer';
export * from './masked-conv2d-layer';
export { nearestUp } from './nearest-up';
export { NEVER } from './never';
export { type Part, lossPart, phasesOf } from './phases';
export * from './pixel-shuffle-up';
export * from './positions';
export * from './recurrent-cell';
export { type ResidualStackOptions, residualStack } from './residual-stack';
export * from './transformer-block';
export * from './vqgan-blocks';
