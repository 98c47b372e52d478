import {
  cellCache,
  cellPlaces,
  denseLayer,
  dropoutLayer,
  gatedActivation,
  gptInit,
  heNormal,
  maskedConv2dLayer,
} from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { codeVectors, tokenBefore } from './code-vectors';
import type { Condition } from './condition';
import { conditional } from './conditional';
import type { GridNetwork, GridOptions } from './grid';

/** The shape of a Gated PixelCNN; the defaults are a model for 8 × 8 codes. */
export interface GatedPixelcnnOptions extends GridOptions {
  /** Channels of both stacks: 64. */
  channels?: number;
  /** With the first: 15. */
  layers?: number;
  /** Kernel of all layers but the first, odd: 3. */
  kernel?: number;
  /** Kernel of the first layer, odd, at least 3: 7. */
  firstKernel?: number;
  /** Channels of the layer before the logits: 512. */
  head?: number;
  /** In training, at each gate of the horizontal stack: 0. */
  dropout?: number;
}

/**
 * Gated PixelCNN (van den Oord et al. 2016b) over a grid of codes, which it sees as vectors. Two stacks without a blind spot: the
 * vertical one sees the rows above in full width, the horizontal one condition is left in its row, and the vertical one at each layer:
 *
 *   a = conv_v(v),  v ← gate(a + c_v)
 *   h ← h + W gate(conv_h(h) + U a + c_h)     with gate(x) = tanh(x_f) ⊙ σ(x_g), c of the class
 *
 * The first layer leaves out the cell itself (mask A), and adds nothing to h. Then a 1 × 1 convolution, relu, a 1 × 1 convolution
 * to the logits.
 */
export function gatedPixelcnn(program: Program, name: string, options: GatedPixelcnnOptions): GridNetwork {
  const { height, width, vocabulary, classes, above, seed = 0 } = options;
  const { channels = 64, layers: count = 15, kernel = 3, firstKernel = 7, head = 512, dropout = 0 } = options;
  const embed = codeVectors(program, name, { vocabulary, channels });
  const layers = Array.from({ length: count }, (_, index) => {
    const layer = `${name}/layer${index}`;
    const isFirst = index === 0;
    const masked = (field: 'vertical' | 'horizontal') =>
      maskedConv2dLayer(program, `${layer}/${field}`, {
        inChannels: channels,
        filters: 2 * channels,
        kernel: isFirst ? firstKernel : kernel,
        mask: isFirst ? 'A' : 'B',
        field,
      });
    const [vertical, horizontal] = [masked('vertical'), masked('horizontal')];
    const across = denseLayer(program, `${layer}/across`, { inputs: 2 * channels, units: 2 * channels });
    const conditionOf = (stack: string) =>
      conditional(program, `${layer}/${stack}`, { channels: 2 * channels, classes, above });
    // nothing looks at the vertical stack after the last layer
    const conditionVertical = index < count - 1 ? conditionOf('vertical') : undefined;
    const conditionHorizontal = conditionOf('horizontal');
    const drop = dropoutLayer(layer, { rate: dropout, seed });
    const out = denseLayer(program, `${layer}/out`, { inputs: channels, units: channels });
    return {
      layer,
      vertical,
      horizontal,
      /** The vertical stack's next features, of its convolution. */
      down:
        conditionVertical &&
        ((convolved: Tensor, condition: Condition) => gatedActivation(conditionVertical(convolved, condition))),
      /** The horizontal stack's next features, of both convolutions. */
      right(h: Tensor, convolved: Tensor, fromVertical: Tensor, condition: Condition, step?: Tensor): Tensor {
        const gated = gatedActivation(conditionHorizontal(ops.add(convolved, across(fromVertical)), condition));
        const y = out(drop(gated, step));
        return isFirst ? y : ops.add(h, y);
      },
    };
  });
  const before = denseLayer(program, `${name}/before`, { inputs: channels, units: head, initialiser: heNormal() });
  const last = denseLayer(program, `${name}/logits`, { inputs: head, units: vocabulary, initialiser: gptInit() });
  const toLogits = (h: Tensor) => last(ops.relu(before(h)));

  return {
    logits(tokens, condition, step) {
      const x = embed(tokens);
      let [v, h] = [x, x];
      for (const { vertical, horizontal, down, right } of layers) {
        const convolved = vertical(v);
        h = right(h, horizontal(h), convolved, condition, step);
        if (down) v = down(convolved, condition);
      }
      return toLogits(h);
    },
    stepper({ batch }) {
      const cache = (cacheName: string) =>
        cellCache(program, `${cacheName}/cache-${batch}`, { batch, height, width, channels });
      const seen = cache(name);
      const caches = layers
        .slice(1)
        .map(({ layer }) => ({ v: cache(`${layer}/vertical`), h: cache(`${layer}/horizontal`) }));
      return (token, cell, { given, above: aboveAt }) => {
        const column = ops.gather(cellPlaces(height, width).columns, cell);
        // A cell of the vertical stack depends on the one to its lower right a layer below, so the row is computed whole at each
        // of its cells: condition it depends on are the rows above, which are complete.
        const row = ops.add(ops.sub(cell, column), ops.range(0, width));
        const condition = { given, above: aboveAt?.(cell) };
        const conditionOfRow = { given, above: aboveAt?.(row) };
        const tokens = seen.write(...tokenBefore(cell, embed(token)));
        let [v, h] = [tokens, tokens];
        let features = embed(token);
        layers.forEach(({ vertical, horizontal, down, right }, index) => {
          const convolved = vertical.at(v, row);
          features = right(features, horizontal.at(h, cell), ops.gather(convolved, column), condition);
          const next = caches[index];
          if (!next || !down) return;
          v = next.v.write(row, down(convolved, conditionOfRow));
          h = next.h.write(cell, features);
        });
        return ops.reshape(toLogits(features), [batch, vocabulary]);
      };
    },
  };
}
