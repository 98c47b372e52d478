import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { Tfjs } from '../native/tfjs';
import { statelessDraws } from './stateless-draws';
import { transposedConvolution } from './transposed-convolution';

type Attributes = Readonly<Record<string, unknown>>;
/** One TensorFlow op on tensors, with its attributes by name; a list where it has several outputs. */
export type PortableKernel = (inputs: readonly Tensor[], attributes: Attributes) => Tensor | Tensor[];

/**
 * TensorFlow's ops in terms of tfjs, as far as models call them directly while they encode, decode or draw: same
 * inputs, attributes and results as the native kernels (a test holds them equal). Data is NHWC throughout.
 */
export function portableKernels(tf: Tfjs): Readonly<Record<string, PortableKernel>> {
  const unary =
    (op: (x: Tensor) => Tensor): PortableKernel =>
    (inputs) =>
      op(input(inputs, 0));
  const binary =
    (op: (a: Tensor, b: Tensor) => Tensor): PortableKernel =>
    (inputs) =>
      op(input(inputs, 0), input(inputs, 1));
  const resize =
    (op: typeof tf.image.resizeBilinear): PortableKernel =>
    (inputs, { align_corners, half_pixel_centers }) =>
      op(
        input(inputs, 0) as Tensor4D,
        pair(numbers(input(inputs, 1))),
        align_corners === true,
        half_pixel_centers === true,
      );
  const pool =
    (op: typeof tf.avgPool<Tensor4D>): PortableKernel =>
    (inputs, { ksize, strides, padding }) =>
      op(
        input(inputs, 0) as Tensor4D,
        pair((ksize as number[]).slice(1)),
        pair((strides as number[]).slice(1)),
        padding === 'SAME' ? 'same' : 'valid',
      );

  return {
    Conv2D: (inputs, attributes) => {
      const [, down = 1, across = 1] = attributes.strides as number[];
      const [, dilateDown = 1, dilateAcross = 1] = (attributes.dilations as number[] | undefined) ?? [];
      const [x, weights] = [input(inputs, 0) as Tensor4D, input(inputs, 1) as Tensor4D];
      return tf.conv2d(x, weights, [down, across], sides(attributes), 'NHWC', [dilateDown, dilateAcross]);
    },
    DepthwiseConv2dNative: (inputs, attributes) => {
      const [, down = 1, across = 1] = attributes.strides as number[];
      const [, dilateDown = 1, dilateAcross = 1] = (attributes.dilations as number[] | undefined) ?? [];
      const [x, weights] = [input(inputs, 0) as Tensor4D, input(inputs, 1) as Tensor4D];
      return tf.depthwiseConv2d(x, weights, [down, across], sides(attributes), 'NHWC', [dilateDown, dilateAcross]);
    },
    Conv2DBackpropInput: (inputs, attributes) => {
      const [, stride = 1] = attributes.strides as number[];
      const [, dilation = 1] = (attributes.dilations as number[] | undefined) ?? [];
      const [, height = 0, width = 0] = numbers(input(inputs, 0));
      const padding = attributes.padding === 'SAME' ? 'same' : 'valid';
      const [weights, x] = [input(inputs, 1) as Tensor4D, input(inputs, 2) as Tensor4D];
      return transposedConvolution(tf, x, weights, { outputSize: [height, width], stride, dilation, padding });
    },
    MatMul: (inputs, { transpose_a, transpose_b }) =>
      tf.matMul(input(inputs, 0), input(inputs, 1), transpose_a === true, transpose_b === true),
    LogSoftmax: unary((x) => tf.logSoftmax(x)),
    SelectV2: (inputs) => tf.where(input(inputs, 0), input(inputs, 1), input(inputs, 2)),
    BroadcastTo: (inputs) => tf.broadcastTo(input(inputs, 0), numbers(input(inputs, 1))),
    BiasAdd: binary((x, bias) => tf.add(x, bias)),
    Relu: unary((x) => tf.relu(x)),
    Relu6: unary((x) => tf.relu6(x)),
    LeakyRelu: (inputs, { alpha }) => tf.leakyRelu(input(inputs, 0), Number(alpha)),
    Elu: unary((x) => tf.elu(x)),
    Tanh: unary((x) => tf.tanh(x)),
    Sigmoid: unary((x) => tf.sigmoid(x)),
    Softplus: unary((x) => tf.softplus(x)),
    Round: unary((x) => tf.round(x)),
    Floor: unary((x) => tf.floor(x)),
    Sign: unary((x) => tf.sign(x)),
    IsFinite: unary((x) => tf.isFinite(x)),
    StopGradient: unary((x) => tf.clone(x)),
    Maximum: binary((a, b) => tf.maximum(a, b)),
    LogicalNot: unary((x) => tf.logicalNot(x)),
    LogicalAnd: binary((a, b) => tf.logicalAnd(a, b)),
    LogicalOr: binary((a, b) => tf.logicalOr(a, b)),
    Greater: binary((a, b) => tf.greater(a, b)),
    GreaterEqual: binary((a, b) => tf.greaterEqual(a, b)),
    Less: binary((a, b) => tf.less(a, b)),
    LessEqual: binary((a, b) => tf.lessEqual(a, b)),
    Equal: binary((a, b) => tf.equal(a, b)),
    NotEqual: binary((a, b) => tf.notEqual(a, b)),
    ArgMin: (inputs) => tf.argMin(input(inputs, 0), number(inputs, 1)),
    ArgMax: (inputs) => tf.argMax(input(inputs, 0), number(inputs, 1)),
    // tf.oneHot writes elsewhere for an index out of range
    OneHot: (inputs) =>
      tf.tidy(() => {
        const isSet = tf.equal(tf.expandDims(input(inputs, 0), -1), tf.range(0, number(inputs, 1), 1, 'int32'));
        return tf.where(isSet, input(inputs, 2), input(inputs, 3));
      }),
    TopKV2: (inputs) => {
      const { values, indices } = tf.topk(input(inputs, 0), number(inputs, 1), true);
      return [values, indices];
    },
    GatherV2: (inputs) => tf.gather(input(inputs, 0), input(inputs, 1) as Tensor1D, number(inputs, 2)),
    MirrorPad: (inputs, { mode }) => {
      const amounts = numbers(input(inputs, 1));
      const each = input(inputs, 0).shape.map((_, axis) => pair(amounts.slice(2 * axis)));
      return tf.mirrorPad(input(inputs, 0), each, mode === 'SYMMETRIC' ? 'symmetric' : 'reflect');
    },
    AvgPool: pool((...args) => tf.avgPool(...args)),
    MaxPool: pool((...args) => tf.maxPool(...args)),
    DepthToSpace: (inputs, { block_size }) => tf.depthToSpace(input(inputs, 0) as Tensor4D, Number(block_size), 'NHWC'),
    SpaceToDepth: (inputs, { block_size }) => spaceToDepth(tf, input(inputs, 0), Number(block_size)),
    ResizeNearestNeighbor: resize((...args) => tf.image.resizeNearestNeighbor(...args)),
    ResizeBilinear: resize((...args) => tf.image.resizeBilinear(...args)),
    ...statelessDraws(tf),
  };
}

function input(inputs: readonly Tensor[], index: number): Tensor {
  const tensor = inputs[index];
  if (!tensor) throw new RangeError(`An op lacks its input ${index}.`);
  return tensor;
}

/** The values of an input that TensorFlow takes as a tensor and tfjs as an argument: a shape, an axis. */
const numbers = (tensor: Tensor): number[] => [...(tensor.dataSync() as Iterable<number>)];
const number = (inputs: readonly Tensor[], index: number): number => numbers(input(inputs, index))[0] ?? 0;
const pair = ([first = 0, second = 0]: readonly number[]): [number, number] => [first, second];

type Sides = [[number, number], [number, number], [number, number], [number, number]];

function sides({ padding, explicit_paddings }: Attributes): 'same' | 'valid' | Sides {
  if (padding !== 'EXPLICIT') return padding === 'SAME' ? 'same' : 'valid';
  const amounts = explicit_paddings as number[];
  return [[0, 0], pair(amounts.slice(2)), pair(amounts.slice(4)), [0, 0]];
}

function spaceToDepth(tf: Tfjs, x: Tensor, block: number): Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [rows, columns] = [height / block, width / block];
  return tf.tidy(() =>
    tf
      .reshape(x, [batch, rows, block, columns, block, channels])
      .transpose([0, 1, 3, 2, 4, 5])
      .reshape([batch, rows, columns, block * block * channels]),
  );
}
