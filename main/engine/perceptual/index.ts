/**
 * How alike pictures look to a network that knows things: a frozen trunk (EfficientNet-Lite0), the distance between two pictures
 * in its features, and features of pictures for distances between sets. Every name says whose features they are.
 */
export { perceptualDistance } from './distance';
export { FEATURES, SHORTEST_SIDE, perceptualFeatures } from './features';
export { type Trunk, type TrunkStride, isTrunkWeight, trunkOf, trunkStages } from './trunk';
export { isTrunkSetUp, requirePerceptualTrunk, trunkPin } from './weights';
