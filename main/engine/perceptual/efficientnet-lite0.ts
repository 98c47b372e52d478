import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { TrunkNetwork } from './trunk-network';
import { bottlenecks, trunkConvolutions } from './weights';

/** Where features are taken: how many pixels of the picture lie between two places, and the channels there. */
export const trunkStages = [
  { stride: 2, afterBlock: 0, channels: 16 },
  { stride: 4, afterBlock: 2, channels: 24 },
  { stride: 8, afterBlock: 4, channels: 40 },
  { stride: 16, afterBlock: 10, channels: 112 },
  { stride: 32, afterBlock: 15, channels: 320 },
] as const;

/** EfficientNet-Lite0 (Tan and Le 2019; ImageNet) up to its last bottleneck. */
export const efficientNetLite0: TrunkNetwork = {
  strides: trunkStages.map(({ stride }) => stride),
  weights: trunkConvolutions.flatMap(({ name }) => [`${name}/kernel`, `${name}/bias`]),
  features(images, strides, weight) {
    const convolution = (name: string, x: Tensor, stride = 1) =>
      ops.biasAdd(ops.conv2d(x, weight(`${name}/kernel`), { stride }), weight(`${name}/bias`));
    const depthwise = (name: string, x: Tensor, stride: number) =>
      ops.biasAdd(ops.depthwiseConv2d(x, weight(`${name}/kernel`), { stride }), weight(`${name}/bias`));
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
  },
};

/** The trunk's own range: (x − 127)/128 for pixels x from 0 to 255. */
function input(colour: Tensor): Tensor {
  return ops.add(ops.mul(colour, 255 / 128), (127.5 - 127) / 128);
}
