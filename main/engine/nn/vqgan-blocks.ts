import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { add, matMul, mul, reshape, silu, softmax, split } from '../tensorflow/ops';
import { type Layer, type TrainedLayer, conv2dLayer } from './layers';
import { dropoutLayer } from './dropout-layer';
import { groupNormLayer } from './group-norm-layer';

export interface VqganResidualBlockOptions {
  inChannels: number;
  filters: number;
  /** Groups of the norms, 32 if left out. */
  groups?: number;
  dropout?: number;
  /** The run's seed, for dropout. */
  seed?: number;
}

/**
 * The residual block of VQGAN (Esser, Rombach, Ommer 2021, as in its code; Ho et al. 2020 before it), [N, H, W, inChannels] →
 * [N, H, W, filters]:
 *
 *   x + conv₂(dropout(silu(norm₂(conv₁(silu(norm₁(x)))))))     3 × 3; x through a 1 × 1 convolution if its channels change
 */
export function vqganResidualBlock(program: Program, name: string, options: VqganResidualBlockOptions): TrainedLayer {
  const { inChannels, filters, groups, dropout = 0, seed = 0 } = options;
  const of = (channels: number) => (groups === undefined ? { channels } : { channels, groups });
  const norm1 = groupNormLayer(program, `${name}/norm1`, of(inChannels));
  const conv1 = conv2dLayer(program, `${name}/conv1`, { inChannels, filters, kernel: 3 });
  const norm2 = groupNormLayer(program, `${name}/norm2`, of(filters));
  const drop = dropoutLayer(name, { rate: dropout, seed });
  const conv2 = conv2dLayer(program, `${name}/conv2`, { inChannels: filters, filters, kernel: 3 });
  const shortcut: Layer =
    inChannels === filters ? (x) => x : conv2dLayer(program, `${name}/shortcut`, { inChannels, filters, kernel: 1 });
  return (x, step) => add(shortcut(x), conv2(drop(silu(norm2(conv1(silu(norm1(x))))), step)));
}

/**
 * The attention block of VQGAN: one head over all positions of a feature map [N, H, W, channels] → the same,
 *
 *   x + W_out softmax(Q Kᵀ / √channels) V   with Q, K, V from the normed x
 *
 * Variables `name/norm/…`, `name/qkv/…` [1, 1, channels, 3 · channels] and `name/out/…`.
 */
export function vqganAttentionBlock(
  program: Program,
  name: string,
  { channels, groups = 32 }: { channels: number; groups?: number },
): Layer {
  const norm = groupNormLayer(program, `${name}/norm`, { channels, groups });
  const qkv = conv2dLayer(program, `${name}/qkv`, { inChannels: channels, filters: 3 * channels, kernel: 1 });
  const out = conv2dLayer(program, `${name}/out`, { inChannels: channels, filters: channels, kernel: 1 });
  return (x) => {
    const [batch = 0, height = 0, width = 0] = x.shape;
    const rows = reshape(qkv(norm(x)), [batch, height * width, 3 * channels]);
    const [queries, keys, values] = split(rows, 3, 2) as [Tensor, Tensor, Tensor];
    const scores = matMul(mul(queries, 1 / Math.sqrt(channels)), keys, { transposeB: true });
    return add(x, out(reshape(matMul(softmax(scores), values), x.shape)));
  };
}
