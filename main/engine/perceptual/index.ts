/**
 * Perceptual similarity of pictures: frozen trunks (EfficientNet-Lite0, VGG16), the distance
 * between two pictures in their features, and features of pictures for distances between sets. Every name says whose
 * features they are.
 */
export { perceptualDistance } from './distance';
export { trunkStages } from './efficientnet-lite0';
export { FEATURES, SHORTEST_SIDE, perceptualFeatures } from './features';
export { type Trunk, isTrunkWeight, trunkOf } from './trunk';
export { isTrunkSetUp, requirePerceptualTrunk, trunkIdentity, trunkPins } from './weights';
