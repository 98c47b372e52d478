import { AppError } from '@shared/errors';
import { type Program, type Variable } from '../tensorflow/graph';
import { type Tensor, tf } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { bottlenecks, readTrunk, trunkConvolutions } from './weights';

/** Where features are taken: how many pixels of the picture lie between two places, and the channels there. */
export const trunkStages = [
  { stride: 2, afterBlock: 0, channels: 16 },
  { stride: 4, afterBlock: 2, channels: 24 },
  { stride: 8, afterBlock: 4, channels: 40 },
  { stride: 16, afterBlock: 10, channels: 112 },
  { stride: 32, afterBlock: 15, channels: 320 },
] as const;
export type TrunkStride = (typeof trunkStages)[number]['stride'];

/** Images → the features at the wanted stages, from the picture on: [N, ceil(H / stride), ceil(W / stride), channels] each. */
export type Trunk = (images: Tensor, strides: readonly TrunkStride[]) => Tensor[];

/** All of the trunk's weights have this before their name. They are never trained, and no checkpoint holds them. */
const PREFIX = 'perceptual-trunk/';

/** Whether a variable of a program is a weight of the perceptual trunk. */
export function isTrunkWeight(name: string): boolean {
  return name.startsWith(PREFIX);
}

const trunks = new WeakMap<Program, Trunk>();

/**
 * EfficientNet-Lite0 (Tan and Le 2019; ImageNet) up to its last bottleneck, in a program; its weights are added to the
 * program once, as variables that aren't trained. Call outside of the program's functions; call the result inside.
 *
 * Images are [N, H, W, 1 or 3] float32 in [−0.5, 0.5], of any size; grey counts as three equal channels.
 * @throws SETUP_FAILED where the trunk isn't set up, telling what to do
 */
export function trunkOf(program: Program): Trunk {
  const known = trunks.get(program) ?? createTrunk(program);
  trunks.set(program, known);
  return known;
}

function createTrunk(program: Program): Trunk {
  const { tensors } = readTrunk();
  const variables = new Map<string, Variable>();
  for (const part of trunkConvolutions.flatMap(({ name }) => [`${name}/kernel`, `${name}/bias`])) {
    const stored = tensors[part];
    if (!stored)
      throw new AppError('BAD_FILE', `The perceptual trunk lacks "${part}".`, 'Run "tessera setup --force".');
    const value = tf.tensor(stored.data, stored.shape);
    variables.set(part, program.variable(`${PREFIX}${part}`, value, { trainable: false }));
    value.dispose();
  }
  const weight = (name: string): Tensor => {
    const variable = variables.get(name);
    if (!variable) throw new AppError('INTERNAL', `The perceptual trunk has no "${name}".`);
    return variable.read();
  };
  const convolution = (name: string, x: Tensor, stride = 1) =>
    ops.biasAdd(ops.conv2d(x, weight(`${name}/kernel`), { stride }), weight(`${name}/bias`));
  const depthwise = (name: string, x: Tensor, stride: number) =>
    ops.biasAdd(ops.depthwiseConv2d(x, weight(`${name}/kernel`), { stride }), weight(`${name}/bias`));

  return (images, strides) => {
    const found: Tensor[] = [];
    let x = ops.relu6(convolution('stem', input(images), 2));
    for (const [block, { inChannels, expanded, outChannels, stride }] of bottlenecks.entries()) {
      const name = `blocks/${block}`;
      const wide = expanded === inChannels ? x : ops.relu6(convolution(`${name}/expand`, x));
      const narrow = convolution(`${name}/project`, ops.relu6(depthwise(`${name}/depthwise`, wide, stride)));
      x = stride === 1 && inChannels === outChannels ? ops.add(narrow, x) : narrow;
      const stage = trunkStages.find(({ afterBlock }) => afterBlock === block);
      if (stage && strides.includes(stage.stride)) found.push(x);
      if (found.length === strides.length) break;
    }
    return found;
  };
}

/** The trunk's own range: (x − 127)/128 for pixels x from 0 to 255. */
function input(images: Tensor): Tensor {
  const colour = images.shape[3] === 1 ? ops.concat([images, images, images], 3) : images;
  return ops.add(ops.mul(colour, 255 / 128), (127.5 - 127) / 128);
}
