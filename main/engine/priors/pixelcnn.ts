import { cellCache, denseLayer, dropoutLayer, gptInit, heNormal, maskedConv2dLayer } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { codeVectors, tokenBefore } from './code-vectors';
import type { Condition } from './condition';
import { conditional } from './conditional';
import type { GridNetwork, GridOptions } from './grid';

/** The shape of a PixelCNN; the defaults are a model for 8 × 8 codes. */
export interface PixelcnnOptions extends GridOptions {
  /** h, inside of a block; between blocks there are 2 h: 64. */
  channels?: number;
  /** Residual blocks: 12. */
  blocks?: number;
  /** Kernel of the blocks' convolutions, odd: 3. */
  kernel?: number;
  /** Kernel of the first convolution, odd, at least 3: 7. */
  firstKernel?: number;
  /** Channels of the layer before the logits: 512. */
  head?: number;
  /** In training, inside each block: 0. */
  dropout?: number;
}

/**
 * PixelCNN (van den Oord, Kalchbrenner and Kavukcuoglu 2016, section 3.4 and figure 5) over a grid of codes, which it sees as
 * vectors: a k × k convolution that leaves out the cell itself (mask A) to 2 h channels, then residual blocks
 *
 *   x ← x + W₂ relu(conv_B(relu(W₁ relu(x))) + b_class)     2 h → h → h → 2 h, conv_B with mask B
 *
 * and relu, a 1 × 1 convolution, relu, a 1 × 1 convolution to the logits. A cell sees neither what is to the right above it: each
 * layer looks one row up and one column right at most, so a wedge of cells stays unseen (see `gatedPixelcnn`).
 */
export function pixelcnn(program: Program, name: string, options: PixelcnnOptions): GridNetwork {
  const { height, width, vocabulary, classes, above, seed = 0 } = options;
  const { channels = 64, blocks = 12, kernel = 3, firstKernel = 7, head = 512, dropout = 0 } = options;
  const wide = 2 * channels;
  const embed = codeVectors(program, name, { vocabulary, channels });
  const first = maskedConv2dLayer(program, `${name}/first`, {
    inChannels: channels,
    filters: wide,
    kernel: firstKernel,
    mask: 'A',
  });
  const parts = Array.from({ length: blocks }, (_, index) => {
    const block = `${name}/block${index}`;
    const narrow = denseLayer(program, `${block}/in`, { inputs: wide, units: channels, initialiser: heNormal() });
    const conv = maskedConv2dLayer(program, `${block}/conv`, {
      inChannels: channels,
      filters: channels,
      kernel,
      mask: 'B',
      initialiser: heNormal(),
    });
    const addCondition = conditional(program, block, { channels, classes, above });
    const drop = dropoutLayer(block, { rate: dropout, seed });
    const widen = denseLayer(program, `${block}/out`, { inputs: channels, units: wide });
    const around = (x: Tensor, convolve: (h: Tensor) => Tensor, condition: Condition, step?: Tensor): Tensor => {
      const h = convolve(ops.relu(narrow(ops.relu(x))));
      return ops.add(x, widen(drop(ops.relu(addCondition(h, condition)), step)));
    };
    return { block, conv, around };
  });
  const before = denseLayer(program, `${name}/before`, { inputs: wide, units: head, initialiser: heNormal() });
  const last = denseLayer(program, `${name}/logits`, { inputs: head, units: vocabulary, initialiser: gptInit() });
  const toLogits = (x: Tensor) => last(ops.relu(before(ops.relu(x))));

  return {
    logits(tokens, condition, step) {
      const x = first(embed(tokens));
      return toLogits(parts.reduce((state, { conv, around }) => around(state, conv, condition, step), x));
    },
    stepper({ batch }) {
      const cache = (part: string) => cellCache(program, `${part}/cache-${batch}`, { batch, height, width, channels });
      const seen = cache(name);
      const caches = parts.map(({ block }) => cache(block));
      return (token, cell, { given, above: aboveAt }) => {
        const condition = { given, above: aboveAt?.(cell) };
        const x = first.at(seen.write(...tokenBefore(cell, embed(token))), cell);
        const y = parts.reduce((state, { conv, around }, index) => {
          const convolve = (h: Tensor) => conv.at(caches[index]!.write(cell, h), cell);
          return around(state, convolve, condition);
        }, x);
        return ops.reshape(toLogits(y), [batch, vocabulary]);
      };
    },
  };
}
