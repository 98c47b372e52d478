import type { VqganSpec } from '@shared/specs';
import {
  type Layer,
  type TrainedLayer,
  conv2dLayer,
  groupNormLayer,
  nearestUp,
  vqganAttentionBlock,
  vqganResidualBlock,
} from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

interface NetworkOptions {
  spec: VqganSpec;
  /** Channels of the picture. */
  channels: number;
  /** Channels of the feature map at the code grid. */
  grid: readonly number[];
  /** The run's, for dropout. */
  seed: number;
}

/**
 * The encoder of VQGAN as in its code: images [N, H, W, C] → [N, H/2ᵈ, W/2ᵈ, latentChannels]. A 3 × 3 convolution, then at
 * each size residual blocks (with attention where the map is small enough) and a strided convolution; in the middle
 * residual block, attention, residual block; norm, swish, 3 × 3.
 */
export function vqganEncoder(program: Program, options: NetworkOptions): TrainedLayer {
  const { spec, channels, grid } = options;
  const build = blocksOf(program, 'encoder', options);
  const parts: TrainedLayer[] = [
    conv2dLayer(program, 'encoder/in', { inChannels: channels, filters: spec.channels, kernel: 3 }),
  ];
  let width = spec.channels;
  spec.multiples.forEach((multiple, level) => {
    const halvingsLeft = spec.multiples.length - 1 - level;
    for (let block = 0; block < spec.blocks; block++) {
      parts.push(build.residual(`size${level}/block${block}`, width, spec.channels * multiple));
      width = spec.channels * multiple;
      if (isSmall(spec, grid, halvingsLeft)) parts.push(build.attention(`size${level}/attention${block}`, width));
    }
    if (halvingsLeft === 0) return;
    const name = `encoder/size${level}/down`;
    parts.push(conv2dLayer(program, name, { inChannels: width, filters: width, kernel: 3, stride: 2 }));
  });
  parts.push(...build.middle(width), build.out(width, spec.latentChannels));
  return inTurn(parts);
}

/**
 * The decoder of VQGAN: [N, h, w, latentChannels] → images [N, 2ᵈh, 2ᵈw, C], the encoder mirrored with one residual block
 * more at each size; sides are doubled by repeating cells, followed by a 3 × 3 convolution. `decoder/out/kernel` is its last
 * layer.
 */
export function vqganDecoder(program: Program, options: NetworkOptions): TrainedLayer {
  const { spec, channels, grid } = options;
  const build = blocksOf(program, 'decoder', options);
  let width = spec.channels * (spec.multiples.at(-1) ?? 1);
  const parts: TrainedLayer[] = [
    conv2dLayer(program, 'decoder/in', { inChannels: spec.latentChannels, filters: width, kernel: 3 }),
    ...build.middle(width),
  ];
  for (let level = spec.multiples.length - 1; level >= 0; level--) {
    const wanted = spec.channels * (spec.multiples[level] ?? 1);
    for (let block = 0; block <= spec.blocks; block++) {
      parts.push(build.residual(`size${level}/block${block}`, width, wanted));
      width = wanted;
      if (isSmall(spec, grid, spec.multiples.length - 1 - level)) {
        parts.push(build.attention(`size${level}/attention${block}`, width));
      }
    }
    if (level === 0) break;
    const conv = conv2dLayer(program, `decoder/size${level}/up`, { inChannels: width, filters: width, kernel: 3 });
    parts.push((x) => conv(nearestUp(x)));
  }
  parts.push(build.out(width, channels));
  return inTurn(parts);
}

/** Whether a feature map that is still halved so many times gets attention. */
function isSmall({ attention }: VqganSpec, grid: readonly number[], halvingsLeft: number): boolean {
  return Math.max(...grid) * 2 ** halvingsLeft <= attention;
}

function blocksOf(program: Program, side: string, { spec, seed }: NetworkOptions) {
  const { groups, dropout, attention } = spec;
  const residual = (name: string, inChannels: number, filters: number) =>
    vqganResidualBlock(program, `${side}/${name}`, { inChannels, filters, groups, dropout, seed });
  const attentive = (name: string, channels: number): TrainedLayer =>
    vqganAttentionBlock(program, `${side}/${name}`, { channels, groups });
  return {
    residual,
    attention: attentive,
    middle: (channels: number): TrainedLayer[] => [
      residual('middle/block0', channels, channels),
      ...(attention > 0 ? [attentive('middle/attention', channels)] : []),
      residual('middle/block1', channels, channels),
    ],
    out(inChannels: number, filters: number): Layer {
      const norm = groupNormLayer(program, `${side}/norm`, { channels: inChannels, groups });
      const conv = conv2dLayer(program, `${side}/out`, { inChannels, filters, kernel: 3 });
      return (x) => conv(ops.silu(norm(x)));
    },
  };
}

function inTurn(parts: readonly TrainedLayer[]): TrainedLayer {
  return (x: Tensor, step?: Tensor) => parts.reduce((h, part) => part(h, step), x);
}
