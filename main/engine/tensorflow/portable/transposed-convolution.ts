import type { Tensor4D } from '@tensorflow/tfjs';
import type { Tfjs } from '../native/tfjs';

export interface TransposedConvolution {
  outputSize: readonly [number, number];
  stride: number;
  dilation: number;
  padding: 'same' | 'valid';
}

/**
 * Transposed convolution as `stride²` plain ones: tfjs's own on WebAssembly is a scalar loop, its convolution is fast.
 *
 * Output pixel i = s·q + r gets x[o] · w[k] for all o·s + k = i + p (p: the padding before of the convolution that this
 * transposes). So the outputs of one phase r take every s-th row of the kernel, k = c + s·m with c = (r + p) mod s, and
 * are a convolution of x with those rows turned round: o = q + ⌊(r + p) / s⌋ − m. Width likewise; the phases then
 * interleave, as depthToSpace does.
 * @param x [N, H, W, Cin]
 * @param weights [KH, KW, Cout, Cin]
 * @returns [N, H', W', Cout]
 */
export function transposedConvolution(
  tf: Tfjs,
  x: Tensor4D,
  weights: Tensor4D,
  { outputSize, stride, dilation, padding }: TransposedConvolution,
): Tensor4D {
  return tf.tidy(() => {
    const kernel = dilated(tf, weights, dilation);
    const [kernelHeight, kernelWidth, outChannels] = kernel.shape;
    const [batch, height, width] = x.shape;
    const down = phasesOf({ input: height, output: outputSize[0], kernel: kernelHeight, stride, padding });
    const across = phasesOf({ input: width, output: outputSize[1], kernel: kernelWidth, stride, padding });
    const turned = kernel.transpose([0, 1, 3, 2]).reverse([0, 1]) as Tensor4D;
    const [cellsDown, cellsAcross] = [Math.ceil(outputSize[0] / stride), Math.ceil(outputSize[1] / stride)];
    const parts = down.flatMap((vertical) =>
      across.map((horizontal) => {
        const taps = every(tf, turned, vertical, horizontal, stride);
        if (!taps) return tf.zeros([batch, cellsDown, cellsAcross, outChannels]) as Tensor4D;
        const around = fitted(tf, x, vertical, horizontal);
        return tf.conv2d(around, taps, 1, 'valid');
      }),
    );
    const mixed = parts.length === 1 ? parts[0]! : tf.concat(parts, 3);
    const whole = stride === 1 ? mixed : tf.depthToSpace(mixed, stride);
    return whole.slice([0, 0, 0, 0], [batch, outputSize[0], outputSize[1], outChannels]);
  });
}

/** One phase along one axis. */
interface Phase {
  /** The `taps` rows of the reversed kernel that it takes: `first`, `first` + stride, … */
  first: number;
  taps: number;
  /** Zeros before and after x, so that a plain convolution with the taps gives every q; negative where x is cut. */
  before: number;
  after: number;
}

function phasesOf(axis: { input: number; output: number; kernel: number; stride: number; padding: string }): Phase[] {
  const { input, output, kernel, stride, padding } = axis;
  const total = padding === 'same' ? Math.max(0, (Math.ceil(output / stride) - 1) * stride + kernel - output) : 0;
  const pad = total >> 1;
  const cells = Math.ceil(output / stride);
  return Array.from({ length: stride }, (_, phase) => {
    const offset = (phase + pad) % stride;
    const shift = Math.floor((phase + pad) / stride);
    const taps = Math.max(0, Math.ceil((kernel - offset) / stride));
    // in the reversed kernel the largest k comes first
    const largest = offset + (taps - 1) * stride;
    const before = taps - 1 - shift;
    return { first: kernel - 1 - largest, taps, before, after: cells + shift - input };
  });
}

/** Every `stride`-th row and column of the reversed kernel, from the phase's first; null if there is none. */
function every(tf: Tfjs, turned: Tensor4D, down: Phase, across: Phase, stride: number): Tensor4D | null {
  if (down.taps === 0 || across.taps === 0) return null;
  if (stride === 1) return turned;
  const [height, width, inChannels, outChannels] = turned.shape;
  return tf.stridedSlice(
    turned,
    [down.first, across.first, 0, 0],
    [height, width, inChannels, outChannels],
    [stride, stride, 1, 1],
  ) as Tensor4D;
}

function fitted(tf: Tfjs, x: Tensor4D, down: Phase, across: Phase): Tensor4D {
  const cut = (amount: number) => Math.max(0, -amount);
  const [batch, height, width, channels] = x.shape;
  const inner = x.slice(
    [0, cut(down.before), cut(across.before), 0],
    [batch, height - cut(down.before) - cut(down.after), width - cut(across.before) - cut(across.after), channels],
  );
  const grow = ({ before, after }: Phase): [number, number] => [Math.max(0, before), Math.max(0, after)];
  return tf.pad(inner, [[0, 0], grow(down), grow(across), [0, 0]]);
}

/** The kernel with `dilation` − 1 zeros between its rows and columns. */
function dilated(tf: Tfjs, weights: Tensor4D, dilation: number): Tensor4D {
  if (dilation === 1) return weights;
  const [height, width, outChannels, inChannels] = weights.shape;
  const spread = (length: number) => (length - 1) * dilation + 1;
  const apart: [number, number] = [0, dilation - 1];
  const cells = tf.reshape(weights, [height, 1, width, 1, outChannels * inChannels]);
  const spaced = tf.pad(cells, [[0, 0], apart, [0, 0], apart, [0, 0]]);
  const rows: Tensor4D = tf.reshape(spaced, [height * dilation, width * dilation, outChannels, inChannels]);
  return rows.slice([0, 0, 0, 0], [spread(height), spread(width), outChannels, inChannels]);
}
