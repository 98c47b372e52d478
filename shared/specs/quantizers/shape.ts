import type { QuantizerSpec } from './schema';

/** K: how many codes a stage or group chooses from. */
export function codesOf(spec: QuantizerSpec): number {
  switch (spec.kind) {
    case 'fsq':
      return spec.levels.reduce((codes, count) => codes * count, 1);
    case 'lfq':
      return 2 ** spec.bits;
    case 'residual':
    case 'grouped':
      return codesOf(spec.quantizer);
    default:
      return spec.codes;
  }
}

/** Codes a place has: stages, groups, or both multiplied. */
export function depthOf(spec: QuantizerSpec): number {
  if (spec.kind === 'residual') return spec.stages;
  return spec.kind === 'grouped' ? spec.groups * depthOf(spec.quantizer) : 1;
}

/**
 * D: components of the vectors that are quantized. Some quantizers fix it: the model's encoder ends in as many
 * channels.
 */
export function dimensionOf(spec: QuantizerSpec): number {
  switch (spec.kind) {
    case 'fsq':
      return spec.levels.length;
    case 'lfq':
      return spec.bits;
    case 'residual':
      return dimensionOf(spec.quantizer);
    case 'grouped':
      return spec.groups * dimensionOf(spec.quantizer);
    default:
      return spec.dimension;
  }
}
