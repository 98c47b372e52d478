/** The parts that a PixelSNAIL consists of, each for whole grids [N, H, W, …] and, with caches, for one cell [1, N, …]. */
import {
  type Layer,
  causalAttention,
  cellCache,
  denseLayer,
  dropoutLayer,
  gatedLinear,
  maskedConv2dLayer,
  sonnetDefault,
} from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { Condition } from './condition';
import { conditional } from './conditional';
import type { GridOptions } from './grid';

export interface BlockOptions extends Pick<GridOptions, 'height' | 'width' | 'classes' | 'above'> {
  /** C */
  channels: number;
  residualChannels: number;
  kernel: number;
  heads: number;
  dropout: number;
  seed: number;
}

/** x + GLU(conv₂(elu(conv₁(elu(x)))) + c), both convolutions k × k with mask B, c of class and levels above. */
export function causalResidual(program: Program, name: string, options: BlockOptions) {
  const { height, width, channels, residualChannels, kernel, dropout, seed, classes, above } = options;
  const conv = (convName: string, inChannels: number, filters: number) =>
    maskedConv2dLayer(program, `${name}/${convName}`, { inChannels, filters, kernel, mask: 'B' });
  const conv1 = conv('conv1', channels, residualChannels);
  const conv2 = conv('conv2', residualChannels, 2 * channels);
  const addCondition = conditional(program, name, { channels: 2 * channels, classes, above });
  const drop = dropoutLayer(name, { rate: dropout, seed });
  const around = (x: Tensor, condition: Condition, convolve: [Layer, Layer], step?: Tensor): Tensor => {
    const h = drop(ops.elu(convolve[0](ops.elu(x))), step);
    return ops.add(x, gatedLinear(addCondition(convolve[1](h), condition)));
  };
  return {
    whole: (x: Tensor, condition: Condition, step?: Tensor) => around(x, condition, [conv1, conv2], step),
    stepper(batch: number) {
      const cache = (convName: string, of: number) =>
        cellCache(program, `${name}/${convName}/cache-${batch}`, { batch, height, width, channels: of });
      const [cache1, cache2] = [cache('conv1', channels), cache('conv2', residualChannels)];
      return (x: Tensor, condition: Condition, cell: Tensor): Tensor =>
        around(x, condition, [
          (h) => conv1.at(cache1.write(cell, h), cell),
          (h) => conv2.at(cache2.write(cell, h), cell),
        ]);
    },
  };
}

/** The same with 1 × 1 convolutions, without a condition; `others` channels of other features may be added after the first. */
export function pointResidual(
  program: Program,
  name: string,
  {
    inputs,
    inside,
    others = 0,
    dropout,
    seed,
  }: { inputs: number; inside: number; others?: number } & Pick<BlockOptions, 'dropout' | 'seed'>,
): (x: Tensor, step?: Tensor, other?: Tensor) => Tensor {
  const conv1 = denseLayer(program, `${name}/conv1`, { inputs, units: inside });
  const conv2 = denseLayer(program, `${name}/conv2`, { inputs: inside, units: 2 * inputs });
  const aside = others > 0 ? denseLayer(program, `${name}/other`, { inputs: others, units: inside }) : undefined;
  const drop = dropoutLayer(name, { rate: dropout, seed });
  return (x, step, other) => {
    const h = conv1(ops.elu(x));
    const both = aside && other ? ops.add(h, aside(ops.elu(other))) : h;
    return ops.add(x, gatedLinear(conv2(drop(ops.elu(both), step))));
  };
}

/** What attention knows of cells beside their features. */
export interface Where {
  /** Row and column, −½ to ½: [..., 2]. */
  place: Tensor;
  /** The vector of the token before, in raster order: [..., C]. */
  before: Tensor;
}

/** How a block ends: of its input x and of y, what its convolutions made of that. */
export interface BlockEnd {
  whole(x: Tensor, y: Tensor, where: Where, step?: Tensor): Tensor;
  stepper(batch: number): (x: Tensor, y: Tensor, where: Where, cell: Tensor) => Tensor;
}

/** With attention to the cells so far: so each token before is seen, as the one before some cell, whatever convolutions reach. */
export function lookingEnd(program: Program, name: string, options: BlockOptions): BlockEnd {
  const { height, width, channels, heads, dropout, seed } = options;
  const [queryChannels, keyChannels] = [channels + 2, 3 * channels + 2];
  const [dimension, length] = [channels / 2, height * width];
  const point = (part: string, inputs: number, others = 0) =>
    pointResidual(program, `${name}/${part}`, { inputs, inside: channels, others, dropout, seed });
  const toMemory = point('keys', keyChannels);
  const toQuery = point('queries', queryChannels);
  const attention = causalAttention(program, `${name}/attention`, {
    queryChannels,
    keyChannels,
    dimension,
    heads,
    initialiser: sonnetDefault(),
  });
  const out = point('out', channels, dimension);
  const query = (y: Tensor, { place }: Where, step?: Tensor) => toQuery(ops.concat([y, place], -1), step);
  const memory = (x: Tensor, y: Tensor, { place, before }: Where, step?: Tensor) =>
    toMemory(ops.concat([x, y, place, before], -1), step);
  return {
    whole(x, y, where, step) {
      const inLine = (grid: Tensor) => ops.reshape(grid, [grid.shape[0] ?? 0, length, grid.shape[3] ?? 0]);
      const seen = attention(inLine(query(y, where, step)), inLine(memory(x, y, where, step)));
      return out(y, step, ops.reshape(seen, [...y.shape.slice(0, 3), dimension]));
    },
    stepper(batch) {
      const attend = attention.cache({ batch, length });
      return (x, y, where, cell) => {
        const seen = attend(ops.squeeze(query(y, where), [0]), ops.squeeze(memory(x, y, where), [0]), cell);
        return out(y, undefined, ops.expandDims(seen, 0));
      };
    },
  };
}

/** Without: a 1 × 1 convolution of y and place. */
export function placingEnd(program: Program, name: string, { channels }: BlockOptions): BlockEnd {
  const dense = denseLayer(program, `${name}/out`, { inputs: channels + 2, units: channels });
  const whole = (_x: Tensor, y: Tensor, { place }: Where) => dense(ops.concat([y, place], -1));
  return { whole, stepper: () => whole };
}
