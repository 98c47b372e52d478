import { AppError } from '@shared/errors';
import { type Tensor, type Tensor2D, type Tensor4D, tf } from '../../tensorflow/native/load';
import { madeUpPixels, timed, type Part } from './part';
import { TRAIN_VARIANCE } from './reference-model';

const HIDDEN = 128;
const RESIDUAL = 32;
const CODES = 512;
const DIMENSION = 64;
const DECAY = 0.99;
const EPSILON = 1e-5;
const COMMITMENT = 0.25;

type Layer = (x: Tensor4D) => Tensor4D;

/** The same training step in plain tfjs, kernel by kernel, as one writes it without Tessera. */
export function openEagerStep({ batch = 64, steps = 8 }: Readonly<Record<string, number>>): Part {
  const encoder = stacked([
    relu(conv(3, HIDDEN / 2, 4, 2)),
    relu(conv(HIDDEN / 2, HIDDEN, 4, 2)),
    conv(HIDDEN, HIDDEN, 3),
    residuals(),
    conv(HIDDEN, DIMENSION, 1),
  ]);
  const decoder = stacked([
    conv(DIMENSION, HIDDEN, 3),
    residuals(),
    relu(convTranspose(HIDDEN, HIDDEN / 2)),
    convTranspose(HIDDEN / 2, 3),
  ]);
  const codebook = tf.variable(tf.randomUniform([CODES, DIMENSION], -0.2, 0.2), false);
  const counts = tf.variable(tf.zeros([CODES]), false);
  const sums = tf.variable(tf.zeros([CODES, DIMENSION]), false);
  const optimizer = tf.train.adam(3e-4);
  const pixels = madeUpPixels(batch * 32 * 32 * 3);
  let updates = 0;

  const step = (): number => {
    updates += 1;
    return tf.tidy(() => {
      const images = tf
        .tensor4d(Int32Array.from(pixels), [batch, 32, 32, 3], 'int32')
        .toFloat()
        .div<Tensor4D>(255)
        .sub<Tensor4D>(0.5);
      let assigned: Assigned | undefined;
      const { value, grads } = tf.variableGrads(() => {
        const latents = encoder(images);
        const { quantized, ...found } = quantize(latents, codebook as Tensor2D);
        assigned = found;
        const reconstruction = tf.mean(tf.square(tf.sub(decoder(quantized), images))).div(TRAIN_VARIANCE);
        const commitment = tf.mean(tf.square(tf.sub(found.vectors, latents))).mul(COMMITMENT);
        return reconstruction.add(commitment);
      });
      optimizer.applyGradients(grads as never);
      if (assigned) moveCodebook(assigned);
      for (const tensor of Object.values(assigned ?? {})) tensor.dispose();
      return value.dataSync()[0] ?? NaN;
    });
  };

  const moveCodebook = ({ flat, codes }: Assigned): void => {
    const oneHot = tf.oneHot(codes.toInt() as never, CODES).toFloat() as Tensor2D;
    counts.assign(counts.mul(DECAY).add(oneHot.sum(0).mul(1 - DECAY)));
    sums.assign(sums.mul(DECAY).add(tf.matMul(oneHot, flat, true).mul(1 - DECAY)));
    const unbiased = 1 - DECAY ** updates;
    const sizes = counts.div(unbiased);
    const total = sizes.sum();
    const smoothed = sizes
      .add(EPSILON)
      .div(total.add(CODES * EPSILON))
      .mul(total);
    codebook.assign(sums.div(unbiased).div(smoothed.expandDims(1)));
  };

  return { round: () => Array.from({ length: steps }, () => timed(step)) };
}

/** The quantizer's result for a batch: constants to the gradient, kept until they are disposed of. */
interface Assigned {
  /** Latents [M, D] and their codes [M]; the codes' vectors in the latents' shape. */
  flat: Tensor2D;
  codes: Tensor;
  vectors: Tensor4D;
}

/** The nearest codes' vectors; the decoder's gradient passes to the encoder as if nothing were between them. */
function quantize(latents: Tensor4D, codebook: Tensor2D): Assigned & { quantized: Tensor4D } {
  let assigned: Assigned | undefined;
  const pass = tf.customGrad((z) => {
    // nothing in this scope is recorded for the gradient
    const flat = (z as Tensor).reshape<Tensor2D>([-1, DIMENSION]);
    const codes = codebook
      .square()
      .sum(1)
      .sub(tf.matMul(flat, codebook, false, true).mul(2))
      .argMin(1);
    const vectors = tf.gather(codebook, codes).reshape<Tensor4D>(latents.shape);
    assigned = { flat: tf.keep(flat.clone()), codes: tf.keep(codes), vectors: tf.keep(vectors) };
    return { value: vectors.clone(), gradFunc: (dy: Tensor) => [dy.clone()] };
  });
  const quantized = pass(latents) as Tensor4D;
  if (!assigned) throw new AppError('INTERNAL', 'The quantizer did not run.');
  return { ...assigned, quantized };
}

function weights(shape: [number, number, number, number], fanIn: number) {
  return tf.variable(tf.truncatedNormal(shape, 0, 1 / Math.sqrt(fanIn)));
}

function conv(from: number, to: number, kernel: number, stride = 1): Layer {
  const [filter, bias] = [weights([kernel, kernel, from, to], kernel * kernel * from), tf.variable(tf.zeros([to]))];
  return (x) => tf.conv2d(x, filter as never, stride, 'same').add(bias);
}

function convTranspose(from: number, to: number): Layer {
  const [filter, bias] = [weights([4, 4, to, from], 16 * from), tf.variable(tf.zeros([to]))];
  return (x) => {
    const [n, height, width] = x.shape;
    return tf.conv2dTranspose(x, filter as never, [n, height * 2, width * 2, to], 2, 'same').add(bias);
  };
}

function residuals(): Layer {
  const blocks = [0, 1].map(() => [conv(HIDDEN, RESIDUAL, 3), conv(RESIDUAL, HIDDEN, 1)] as const);
  return (x) => blocks.reduce((h, [wide, back]) => h.add(back(wide(h.relu()).relu())), x).relu();
}

const relu =
  (layer: Layer): Layer =>
  (x) =>
    layer(x).relu();
const stacked =
  (layers: readonly Layer[]): Layer =>
  (x) =>
    layers.reduce((h, layer) => layer(h), x);
