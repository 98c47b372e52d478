/**
 * Lossless coding of an autoencoder's codes, and the `.tsr` file that holds them: `compress` turns codes into files and
 * back; `container` and `header` are the format; `coders` need no model; `model-coder` is driven by a prior through
 * `ProbabilityModel`; `sizes` compares all coders. Range coding, Huffman codes and frequencies lie beneath. All
 * arithmetic is in whole numbers, so every machine makes the same bytes.
 */
export { type CodeSet, type CodeSetShape, requireCodes } from './code-set';
export { type CoderName, coders } from './coders';
export {
  type TsrDescription,
  compressCodes,
  compressWithModel,
  decompressCodes,
  decompressWithModel,
  engineDifferences,
  requireWeights,
} from './compress';
export { type OpenedTsr, readTsr } from './container';
export { cumulativeFromLogits, cumulativeFromProbabilities, precisionOf } from './cumulative';
export { type PriorIdentity, type TsrCoder, type TsrHeader, type WeightsIdentity } from './header';
export { type CodingLimits, defaultCodingLimits } from './limits';
export { type ModelCoded, type ModelCoderOptions, decodeWithModel, encodeWithModel } from './model-coder';
export {
  type Batch,
  type CumulativeTable,
  type LogitModel,
  type Logits,
  type ProbabilityModel,
  fromLogits,
} from './probability-model';
export { type CodeSizes, type TabledSize, sizesOf } from './sizes';
