import { type Tensor, tf } from '../native/load';
import { reshape } from './broadcast';
import { add, mul, sqrt, square } from './arithmetic';
import { gatherAlong } from './gather';
import { int32, kernel, require, tapedParts } from './kernel';
import { greater } from './logic';
import { reflectPad1d } from './sequences';
import { where } from './where';

/** Real and imaginary part of a spectrum, each [..., ⌊L / 2⌋ + 1] for values [..., L]. */
export interface Spectrum {
  real: Tensor;
  imaginary: Tensor;
}

/**
 * The discrete Fourier transform Σₜ x[t] exp(−2πi kt / L) of the last axis, for k = 0 … ⌊L / 2⌋. Any order of gradient.
 */
export function rfft(x: Tensor): Spectrum {
  const length = x.shape[x.rank - 1] ?? 0;
  const [real, imaginary] = tapedParts(
    'rfft',
    [x],
    () => {
      const spectrum = kernel('RFFT', [x, int32([length])]);
      return [kernel('Real', [spectrum]), kernel('Imag', [spectrum])];
    },
    [
      ([dReal, dImaginary], [re]) => {
        const none = () => tf.zeros(re?.shape ?? []);
        return adjoint(dReal ?? none(), dImaginary ?? none(), length);
      },
    ],
  );
  return { real: real as Tensor, imaginary: imaginary as Tensor };
}

/**
 * The transpose of `rfft`: Σₖ real[k] cos(2πkt / L) − imaginary[k] sin(2πkt / L). The inverse transform counts every
 * frequency except the outer ones twice, and divides by L.
 */
function adjoint(real: Tensor, imaginary: Tensor, length: number): Tensor {
  const outer = (k: number) => k === 0 || 2 * k === length;
  const [dx] = tapedParts(
    'rfftGradient',
    [real, imaginary],
    () => {
      const counts = tf.tensor1d(Array.from({ length: (length >> 1) + 1 }, (_, k) => (outer(k) ? length : length / 2)));
      const spectrum = kernel('Complex', [tf.mul(real, counts), tf.mul(imaginary, counts)]);
      return [kernel('IRFFT', [spectrum, int32([length])])];
    },
    [([d]) => rfft(d as Tensor).real, ([d]) => rfft(d as Tensor).imaginary],
  );
  return dx as Tensor;
}

export interface StftOptions {
  /** Length of a frame and of its Fourier transform. */
  size: number;
  /** Distance between the beginnings of two neighbouring frames. */
  hop: number;
  /** Window [size]; periodic Hann if left out. */
  window?: Tensor;
  /**
   * Mirrors half a frame at both ends, so that frame i is centred at i · hop: `center` of torch.stft. On by default.
   */
  centred?: boolean;
}

/**
 * Short-time Fourier transform of sequences [N, L]: [N, frames, size / 2 + 1], with frames = 1 + ⌊L / hop⌋ if centred
 * and 1 + ⌊(L − size) / hop⌋ if not. Equals torch.stft, transposed. Any order of gradient.
 */
export function stft(x: Tensor, { size, hop, window, centred = true }: StftOptions): Spectrum {
  require(x.rank === 2, 'stft', () => `x must be [N, L], not [${x.shape.join(', ')}]`);
  const [batch = 0, length = 0] = x.shape;
  const padded = centred ? reshape(reflectPad1d(reshape(x, [batch, length, 1]), size >> 1), [batch, -1]) : x;
  const whole = padded.shape[1] ?? 0;
  require(whole >= size, 'stft', () => `a sequence of ${length} has no frame of ${size}`);
  const frames = 1 + Math.floor((whole - size) / hop);
  const starts = tf.range(0, frames * hop, hop, 'int32');
  const places = add(reshape(starts, [frames, 1]), tf.range(0, size, 1, 'int32'));
  const framed = reshape(gatherAlong(padded, reshape(places, [-1]), 1), [batch, frames, size]);
  return rfft(mul(framed, window ?? hannWindow(size)));
}

/** √(real² + imaginary²); the gradient at 0 is 0, as in PyTorch. */
export function magnitude({ real, imaginary }: Spectrum): Tensor {
  const power = add(square(real), square(imaginary));
  const isSound = greater(power, 0);
  return where(isSound, sqrt(where(isSound, power, 1)), 0);
}

/** sin²(πt / size), t = 0 … size − 1: the periodic form, which torch.hann_window gives as well. */
export function hannWindow(size: number): Tensor {
  return tf.tensor1d(Array.from({ length: size }, (_, t) => Math.sin((Math.PI * t) / size) ** 2));
}
