import type { VitVqganSpec } from '@shared/specs';
import {
  type Layer,
  conv2dLayer,
  denseLayer,
  glorotUniform,
  layerNormLayer,
  sinCosPositions2d,
  transformerBlock,
} from '../nn';
import type { Program } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';

/** Images [N, H, W, C] → [N, H/p, W/p, width]: each p × p patch by one matrix, then the transformer. */
export function vitEncoder(
  program: Program,
  { patch, encoder }: VitVqganSpec,
  channels: number,
  grid: readonly number[],
): Layer {
  const initialiser = glorotUniform();
  const options = { inChannels: channels, filters: encoder.width, kernel: patch, stride: patch, initialiser };
  const embed = conv2dLayer(program, 'encoder/patches', { ...options, padding: 'valid' });
  const transform = transformer(program, 'encoder', encoder, grid);
  return (images) => transform(embed(images));
}

/**
 * [N, h, w, width] → [N, p·h, p·w, channels]: the transformer, then each place's p × p pixels by one matrix.
 * `decoder/pixels/kernel` is its last layer.
 */
export function vitDecoder(
  program: Program,
  { patch, decoder }: VitVqganSpec,
  channels: number,
  grid: readonly number[],
): Layer {
  const transform = transformer(program, 'decoder', decoder, grid);
  const toPixels = denseLayer(program, 'decoder/pixels', {
    inputs: decoder.width,
    units: patch * patch * channels,
    initialiser: glorotUniform(),
  });
  return (latents) => ops.depthToSpace(toPixels(transform(latents)), patch);
}

/**
 * The transformer of ViT-VQGAN's public re-implementations: fixed waves for the place in the grid are added, pre-norm blocks with
 * tanh between the two matrices of the feed-forward part, 4 times as wide, and a last norm. [N, h, w, width] → the same.
 */
function transformer(
  program: Program,
  name: string,
  { width, layers, heads }: VitVqganSpec['encoder'],
  grid: readonly number[],
): Layer {
  const [high = 0, wide = 0] = grid;
  const positions = sinCosPositions2d(program, `${name}/positions`, { height: high, width: wide, dimension: width });
  const initialiser = glorotUniform();
  const blocks = Array.from({ length: layers }, (_, layer) =>
    transformerBlock(program, `${name}/block${layer}`, {
      dimension: width,
      heads,
      branches: 2 * layers,
      activation: ops.tanh,
      initialiser,
      outputInitialiser: initialiser,
    }),
  );
  const norm = layerNormLayer(program, `${name}/norm`, { channels: width });
  return (x) => {
    const placed = positions.add(ops.reshape(x, [x.shape[0] ?? 0, high * wide, width]));
    return ops.reshape(norm(blocks.reduce((h, block) => block(h), placed)), x.shape);
  };
}
