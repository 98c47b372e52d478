import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { TrunkNetwork } from './trunk-network';
import { VGG_MEAN, vggConvolutions, vggStages } from './weights';

/**
 * VGG16 (Simonyan and Zisserman 2015) up to the last ReLU of each of its five stages, which LPIPS compares; between
 * stages the largest of 2 × 2, at an odd border of what is there.
 */
export const vgg16: TrunkNetwork = {
  strides: vggStages.map((_, stage) => 2 ** stage),
  weights: [VGG_MEAN, ...vggConvolutions.flatMap(({ name }) => [`${name}/kernel`, `${name}/bias`])],
  features(images, strides, weight) {
    const found: Tensor[] = [];
    let x = ops.sub(ops.add(images, 0.5), weight(VGG_MEAN));
    for (const [stage, { convolutions }] of vggStages.entries()) {
      if (stage > 0) x = ops.maxPool2d(x, 2, { padding: 'same' });
      for (let at = 1; at <= convolutions; at++) {
        const name = `conv${stage + 1}_${at}`;
        x = ops.relu(ops.biasAdd(ops.conv2d(x, weight(`${name}/kernel`)), weight(`${name}/bias`)));
      }
      if (strides.includes(2 ** stage)) found.push(x);
      if (found.length === strides.length) break;
    }
    return found;
  },
};
