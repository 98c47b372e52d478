import type { DVaeSpec } from '@shared/specs';
import { type Layer, conv2dLayer, normalInit, zerosInit } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Convolution drawn as DALL-E's code draws it: normal, standard deviation 1 / sqrt(k² · inputs). */
function conv(program: Program, name: string, kernel: number, inChannels: number, filters: number, bias = true): Layer {
  const initialiser = normalInit(1 / Math.sqrt(kernel * kernel * inChannels));
  return conv2dLayer(program, name, { inChannels, filters, kernel, initialiser, bias });
}

interface BlockOptions {
  inChannels: number;
  filters: number;
  /** Sides of the four convolutions, the first with relu before it. */
  kernels: readonly [number, number, number, number];
  /** Blocks in the whole network. */
  blocks: number;
}

/** x + g · four convolutions of relus, three of them a quarter as wide, g = 1 / blocks²; x through a 1 × 1 if channels change. */
function block(program: Program, name: string, { inChannels, filters, kernels, blocks }: BlockOptions): Layer {
  const inner = Math.max(1, filters >> 2);
  const widths = [inChannels, inner, inner, inner];
  const gain = 1 / blocks ** 2;
  const identity = inChannels === filters ? undefined : unbiased(program, `${name}/identity`, 1, inChannels, filters);
  const first = [0, 1, 2].map((at) => conv(program, `${name}/conv${at + 1}`, kernels[at]!, widths[at]!, inner));
  const last = unbiased(program, `${name}/conv4`, kernels[3], inner, filters);
  return (x) => {
    const residual = last.apply(ops.relu(first.reduce((h, one) => one(ops.relu(h)), x)));
    const sum = ops.add(identity ? identity.apply(x) : x, ops.mul(residual, gain));
    // Biases come after the sum, for the sake of TensorFlow's graph optimiser: see `residualStack`.
    const bias = ops.mul(last.bias.read(), gain);
    return ops.biasAdd(sum, identity ? ops.add(bias, identity.bias.read()) : bias);
  };
}

/** A convolution, and beside it the bias that is still to be added. */
function unbiased(program: Program, name: string, kernel: number, inChannels: number, filters: number) {
  const apply = conv(program, name, kernel, inChannels, filters, false);
  return { apply, bias: program.variable(`${name}/bias`, { shape: [filters], initialiser: zerosInit() }) };
}

/** Groups of blocks with these widths, `between` each two. */
function groups(
  program: Program,
  name: string,
  {
    widths,
    first,
    blocks,
    kernels,
  }: { widths: number[]; first: number; blocks: number; kernels: BlockOptions['kernels'] },
  between: (x: Tensor) => Tensor,
): Layer {
  const all = widths.map((filters, group) =>
    Array.from({ length: blocks }, (_, at) => {
      const inChannels = at > 0 ? filters : (widths[group - 1] ?? first);
      const options = { inChannels, filters, kernels, blocks: widths.length * blocks };
      return block(program, `${name}/group${group + 1}/block${at + 1}`, options);
    }),
  );
  return (x) => all.reduce((h, some, group) => some.reduce((each, one) => one(each), group === 0 ? h : between(h)), x);
}

/** What a network needs to know of the specification. */
export type DVaeNetworkSpec = Pick<DVaeSpec, 'hidden' | 'groups' | 'blocks' | 'codes' | 'embedding'>;

const widthsOf = ({ hidden, groups: count }: DVaeNetworkSpec) =>
  Array.from({ length: count }, (_, at) => hidden * 2 ** at);

/** DALL-E's encoder (dall_e/encoder.py): pictures [N, H, W, C] → logits [N, h, w, K]; max-pooling between the groups. */
export function dVaeEncoder(program: Program, spec: DVaeNetworkSpec, channels: number): Layer {
  const widths = widthsOf(spec);
  const input = conv(program, 'encoder/input', 7, channels, spec.hidden);
  const body = groups(
    program,
    'encoder',
    { widths, first: spec.hidden, blocks: spec.blocks, kernels: [3, 3, 3, 1] },
    (h) => ops.maxPool2d(h, 2),
  );
  const output = conv(program, 'encoder/output', 1, widths.at(-1) ?? 0, spec.codes);
  return (images) => output(ops.relu(body(input(images))));
}

/** DALL-E's decoder (dall_e/decoder.py) after the codes' vectors: [N, h, w, embedding] → [N, H, W, outputs]; doubled between the groups. */
export function dVaeDecoder(program: Program, spec: DVaeNetworkSpec, outputs: number): Layer {
  const widths = widthsOf(spec).reverse();
  const body = groups(
    program,
    'decoder',
    { widths, first: spec.embedding, blocks: spec.blocks, kernels: [1, 3, 3, 3] },
    (h) => ops.resizeNearest(h, [2 * (h.shape[1] ?? 0), 2 * (h.shape[2] ?? 0)]),
  );
  const output = conv(program, 'decoder/output', 1, spec.hidden, outputs);
  return (vectors) => output(ops.relu(body(vectors)));
}
