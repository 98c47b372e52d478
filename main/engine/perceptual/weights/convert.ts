import { AppError } from '@shared/errors';
import type { StoredTensor } from '../../formats/safetensors';
import { type TrunkConvolution, trunkConvolutions } from './layout';

/** The epsilon of the original's batch normalisation. */
const EPSILON = 1e-3;

/** Gives a float32 tensor by name and shape, or throws. */
export type Read = (name: string, shape: readonly number[]) => Float32Array;

/**
 * Reads from a state dictionary.
 * @throws BAD_FILE naming a tensor that is missing or has another shape or type, and what was expected
 */
export function readerOf(state: Readonly<Record<string, StoredTensor>>): Read {
  return (name, shape) => {
    const found = state[name];
    const expected = `"${name}" [${shape.join(', ')}]`;
    if (!found) throw new AppError('BAD_FILE', `The weights lack ${expected}.`);
    if (found.data instanceof Float32Array && found.shape.join() === shape.join()) return found.data;
    const is = `${found.dtype} [${found.shape.join(', ')}]`;
    throw new AppError('BAD_FILE', `The weights should have ${expected} of float32; there it is ${is}.`);
  };
}

/**
 * The original's weights as the trunk uses them: channels last, and each batch normalisation (in evaluation) folded
 * into the convolution before it: kernel · γ/√(σ² + ε) and bias β − μ · γ/√(σ² + ε).
 * @param tensor tensors by the names of the original's state dictionary
 */
export function foldTrunk(tensor: Read): Record<string, StoredTensor> {
  return Object.fromEntries(trunkConvolutions.flatMap((convolution) => folded(convolution, tensor)));
}

function folded(convolution: TrunkConvolution, tensor: Read): [string, StoredTensor][] {
  const { name, original, inChannels, outChannels, kernel, depthwise } = convolution;
  const inputs = depthwise ? 1 : inChannels;
  const weights = tensor(`${original.convolution}.weight`, [outChannels, inputs, kernel, kernel]);
  const ofChannels = (part: string) => tensor(`${original.normalisation}.${part}`, [outChannels]);
  const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(ofChannels);
  const slope = Float64Array.from(variance ?? [], (value, each) => (gamma?.[each] ?? NaN) / Math.sqrt(value + EPSILON));
  const bias = Float32Array.from(slope, (value, each) => (beta?.[each] ?? NaN) - (mean?.[each] ?? NaN) * value);

  const moved = new Float32Array(weights.length);
  const cells = kernel * kernel;
  // channels last: [cell, in, out], of depthwise convolutions [cell, channel, 1]
  for (let out = 0; out < outChannels; out++)
    for (let input = 0; input < inputs; input++)
      for (let cell = 0; cell < cells; cell++)
        moved[(cell * inputs + input) * outChannels + out] =
          (weights[(out * inputs + input) * cells + cell] ?? NaN) * (slope[out] ?? NaN);
  const shape = depthwise ? [kernel, kernel, outChannels, 1] : [kernel, kernel, inputs, outChannels];
  return [
    [`${name}/kernel`, { dtype: 'float32', shape, data: moved }],
    [`${name}/bias`, { dtype: 'float32', shape: [outChannels], data: bias }],
  ];
}
