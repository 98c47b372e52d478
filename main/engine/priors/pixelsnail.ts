import { type TrainedLayer, cellCache, cellPlaces, denseLayer, gptInit, maskedConv2dLayer } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { codeVectors, tokenBefore } from './code-vectors';
import type { GridNetwork, GridOptions } from './grid';
import { causalResidual, lookingEnd, placingEnd, pointResidual } from './pixelsnail-blocks';

/** The shape of a PixelSNAIL; the defaults are a model for 8 × 8 codes. */
export interface PixelsnailOptions extends GridOptions {
  /** C, between blocks: 64. */
  channels?: number;
  /** Blocks: 4. */
  blocks?: number;
  /** Gated residual blocks in each: 4. */
  residuals?: number;
  /** Channels inside of those: 64. */
  residualChannels?: number;
  /** Kernel of their convolutions, odd: 3. */
  kernel?: number;
  /** Kernel of the first convolution, odd, at least 3: 7. */
  firstKernel?: number;
  /** Whether a block ends with attention: true. */
  attention?: boolean;
  /** 8; they divide C / 2. */
  heads?: number;
  /** Gated 1 × 1 residual blocks before the logits: 0. */
  outBlocks?: number;
  /** In training, inside each residual block: 0. */
  dropout?: number;
}

/**
 * PixelSNAIL (Chen et al. 2018) over a grid of codes, in the shape of rosinality/vq-vae-2-pytorch: a convolution that leaves out the
 * cell itself, then blocks of causal convolutions that end with attention to every cell before,
 *
 *   residual(x) = x + GLU(W₂ elu(W₁ elu(x)) + c)          W₁ and W₂ k × k with mask B, or 1 × 1; c of class and levels above
 *   y = residual(… residual(x))
 *   x ← residual(y; attention(queries of (y, place), keys and values of (x, y, place, token before)))
 *
 * and elu and a 1 × 1 convolution to the logits. Place is a cell's row and column, −½ to ½. Keys know the token before, as the
 * paper's know the input (rosinality's don't), so that every token is seen by all after it; weights are not normalised.
 */
export function pixelsnail(program: Program, name: string, options: PixelsnailOptions): GridNetwork {
  const { height, width, vocabulary, classes, above, seed = 0 } = options;
  const { channels = 64, blocks: count = 4, residuals = 4, residualChannels = 64, kernel = 3 } = options;
  const { firstKernel = 7, attention = true, heads = 8, outBlocks = 0, dropout = 0 } = options;
  const shape = { height, width, classes, above, channels, residualChannels, kernel, heads, dropout, seed };
  const embed = codeVectors(program, name, { vocabulary, channels });
  const first = maskedConv2dLayer(program, `${name}/first`, {
    inChannels: channels,
    filters: channels,
    kernel: firstKernel,
    mask: 'A',
  });
  const blocks = Array.from({ length: count }, (_, index) => {
    const block = `${name}/block${index}`;
    return {
      convolutions: Array.from({ length: residuals }, (_, at) =>
        causalResidual(program, `${block}/residual${at}`, shape),
      ),
      end: (attention ? lookingEnd : placingEnd)(program, block, shape),
    };
  });
  const outs: TrainedLayer[] = Array.from({ length: outBlocks }, (_, index) =>
    pointResidual(program, `${name}/out${index}`, { inputs: channels, inside: residualChannels, dropout, seed }),
  );
  const last = denseLayer(program, `${name}/logits`, { inputs: channels, units: vocabulary, initialiser: gptInit() });
  const toLogits = (x: Tensor, step?: Tensor) => last(ops.elu(outs.reduce((h, out) => out(h, step), x)));
  const places = () => placesOf(height, width);

  return {
    logits(tokens, condition, step) {
      const [batch = 0] = tokens.shape;
      const vectors = embed(tokens);
      const place = ops.broadcastTo(ops.reshape(places(), [1, height, width, 2]), [batch, height, width, 2]);
      const where = { place, before: tokensBefore(vectors) };
      const through = (x: Tensor, { convolutions, end }: (typeof blocks)[number]) => {
        const y = convolutions.reduce((state, { whole }) => whole(state, condition, step), x);
        return end.whole(x, y, where, step);
      };
      const h = blocks.reduce(through, first(vectors));
      return toLogits(h, step);
    },
    stepper({ batch }) {
      const seen = cellCache(program, `${name}/cache-${batch}`, { batch, height, width, channels });
      const steps = blocks.map(({ convolutions, end }) => ({
        convolve: convolutions.map((convolution) => convolution.stepper(batch)),
        finish: end.stepper(batch),
      }));
      return (token, cell, { given, above: aboveAt }) => {
        const condition = { given, above: aboveAt?.(cell) };
        const [cellBefore, before] = tokenBefore(cell, embed(token));
        const place = ops.broadcastTo(ops.reshape(ops.gather(places(), cell), [1, 1, 2]), [1, batch, 2]);
        const where = { place, before: ops.expandDims(before, 0) };
        const through = (x: Tensor, { convolve, finish }: (typeof steps)[number]) => {
          const y = convolve.reduce((state, step) => step(state, condition, cell), x);
          return finish(x, y, where, cell);
        };
        const h = steps.reduce(through, first.at(seen.write(cellBefore, before), cell));
        return ops.reshape(toLogits(h), [batch, vocabulary]);
      };
    },
  };
}

/** Vectors of tokens [N, H, W, C] → of the ones before them in raster order, 0 before the first. */
function tokensBefore(vectors: Tensor): Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = vectors.shape;
  const line = ops.reshape(vectors, [batch, height * width, channels]);
  const before = ops.concat(
    [ops.zeros([batch, 1, channels]), ops.slice(line, [0, 0, 0], [-1, height * width - 1, -1])],
    1,
  );
  return ops.reshape(before, vectors.shape);
}

/** Row and column of each cell in raster order, (i − side / 2) / side: [height · width, 2]. */
function placesOf(height: number, width: number): Tensor {
  const { rows, columns } = cellPlaces(height, width);
  const within = (index: Tensor, side: number) => ops.sub(ops.div(ops.cast(index, 'float32'), side), 0.5);
  return ops.stack([within(rows, height), within(columns, width)], 1);
}
