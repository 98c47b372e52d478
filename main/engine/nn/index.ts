/**
 * Layers: small constructors that add variables to a program under a name and return a function over tensors.
 * Initialisers say how a variable is first drawn.
 */
export { type Conv2dLayerOptions, conv2dLayer } from './conv2d-layer';
export { type ConvTranspose2dLayerOptions, convTranspose2dLayer } from './conv-transpose2d-layer';
export { type DenseLayerOptions, denseLayer } from './dense-layer';
export * from './initialisers';
export { type Layer } from './layer';
export { type ResidualStackOptions, residualStack } from './residual-stack';
