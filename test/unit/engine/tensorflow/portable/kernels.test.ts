import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPortable } from '../../../../../main/engine/tensorflow/portable';
import { portableKernels } from '../../../../../main/engine/tensorflow/portable/kernels';
import type { NativeBackend, OpAttribute } from '../../../../../main/engine/tensorflow/native/binding';
import { backend as native, tf as nativeTf } from '../../../../../main/engine/tensorflow/native/load';
import type { Tfjs } from '../../../../../main/engine/tensorflow/native/tfjs';

/** tfjs is one engine with several backends: each side computes while its own is the current one. */
let tf: Tfjs;
let portable: NativeBackend;

beforeAll(async () => {
  ({ tf, backend: portable } = await loadPortable());
});
afterAll(() => nativeTf.setBackend('tensorflow'));

type Input = {
  values: readonly number[] | Float32Array | Int32Array;
  shape: number[];
  dtype?: 'float32' | 'int32' | 'bool';
};

async function both(op: string, inputs: Input[], attributes: (kinds: NativeBackend['binding']) => OpAttribute[]) {
  const sides = [];
  for (const [name, backend] of [
    ['tensorflow', native],
    ['wasm', portable],
  ] as const) {
    await tf.setBackend(name);
    const made = inputs.map(({ values, shape, dtype = 'float32' }) => tf.tensor(values as number[], shape, dtype));
    const outputs = op === 'TopKV2' ? 2 : 1;
    const [result, ...others] = backend.executeMultipleOutputs(op, attributes(backend.binding), made, outputs);
    const values = [result!, ...others].flatMap((tensor) => [...(tensor.dataSync() as Iterable<number>)]);
    sides.push({ shape: result!.shape, dtype: result!.dtype, values });
    tf.dispose([...made, result!, ...others]);
  }
  return sides as [(typeof sides)[0], (typeof sides)[0]];
}

async function expectEqual(
  op: string,
  inputs: Input[],
  attributes: (kinds: NativeBackend['binding']) => OpAttribute[] = () => [],
  tolerance = 1e-5,
): Promise<void> {
  const [theirs, ours] = await both(op, inputs, attributes);
  expect({ shape: ours.shape, dtype: ours.dtype }, op).toEqual({ shape: theirs.shape, dtype: theirs.dtype });
  const worst = Math.max(...ours.values.map((value, at) => Math.abs(value - (theirs.values[at] ?? NaN))));
  expect(worst, op).toBeLessThanOrEqual(tolerance);
}

let state = 7;
const noise = (shape: number[]): Input => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  }),
});
const ints = (values: number[], shape = [values.length]): Input => ({ values, shape, dtype: 'int32' });

const convolution =
  (stride: number, padding: string, dilation: number) =>
  ({ TF_ATTR_INT, TF_ATTR_STRING }: NativeBackend['binding']): OpAttribute[] => [
    { name: 'strides', type: TF_ATTR_INT, value: [1, stride, stride, 1] },
    { name: 'padding', type: TF_ATTR_STRING, value: padding },
    { name: 'dilations', type: TF_ATTR_INT, value: [1, dilation, dilation, 1] },
  ];

describe('portable kernels compute what TensorFlow’s do', () => {
  const geometries = [1, 2, 3].flatMap((stride) =>
    [1, 2].flatMap((dilation) =>
      stride > 1 && dilation > 1 ? [] : ['SAME', 'VALID'].map((padding) => ({ stride, dilation, padding })),
    ),
  );

  it.each(geometries)('convolution, stride $stride, dilation $dilation, $padding', async (geometry) => {
    const { stride, dilation, padding } = geometry;
    for (const kernel of [1, 3, 4]) {
      await expectEqual(
        'Conv2D',
        [noise([2, 11, 9, 3]), noise([kernel, kernel, 3, 5])],
        convolution(stride, padding, dilation),
      );
      await expectEqual(
        'DepthwiseConv2dNative',
        [noise([2, 11, 9, 3]), noise([kernel, kernel, 3, 2])],
        convolution(stride, padding, dilation),
      );
    }
  });

  it.each(geometries)('transposed convolution, stride $stride, dilation $dilation, $padding', async (geometry) => {
    const { stride, dilation, padding } = geometry;
    for (const kernel of [1, 2, 3, 4, 5]) {
      const reach = (kernel - 1) * dilation + 1;
      const least = (side: number) => (padding === 'SAME' ? (side - 1) * stride + 1 : (side - 1) * stride + reach);
      for (const more of [0, stride - 1]) {
        const size = [2, least(5) + more, least(4) + more, 3];
        await expectEqual(
          'Conv2DBackpropInput',
          [ints(size), noise([kernel, kernel, 3, 4]), noise([2, 5, 4, 4])],
          convolution(stride, padding, dilation),
        );
      }
    }
  });

  it('activations and roundings', async () => {
    const x: Input = { ...noise([2, 3, 3, 4]) };
    for (const op of ['Relu', 'Elu', 'Tanh', 'Sigmoid', 'Softplus', 'Sign', 'StopGradient']) await expectEqual(op, [x]);
    await expectEqual('LeakyRelu', [x], ({ TF_ATTR_FLOAT }) => [{ name: 'alpha', type: TF_ATTR_FLOAT, value: 0.3 }]);
    const halves: Input = { shape: [9], values: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.49, -3.51, 1e6] };
    for (const op of ['Round', 'Floor']) await expectEqual(op, [halves], undefined, 0);
    await expectEqual('BiasAdd', [x, noise([4])]);
  });

  it('products, copies and choices by condition', async () => {
    const transposed = ({ TF_ATTR_BOOL }: NativeBackend['binding']): OpAttribute[] => [
      { name: 'transpose_a', type: TF_ATTR_BOOL, value: true },
      { name: 'transpose_b', type: TF_ATTR_BOOL, value: true },
    ];
    await expectEqual('MatMul', [noise([5, 7]), noise([3, 5])], transposed);
    await expectEqual('BroadcastTo', [noise([3, 1, 2]), ints([2, 3, 4, 2])], undefined, 0);
    const condition: Input = { shape: [2, 1], values: [1, 0], dtype: 'bool' };
    await expectEqual('SelectV2', [condition, noise([2, 3]), noise([])], undefined, 0);
    await expectEqual('LogSoftmax', [noise([4, 9])]);
    await expectEqual('TopKV2', [noise([3, 8]), ints([3], [])], ({ TF_ATTR_BOOL }) => [
      { name: 'sorted', type: TF_ATTR_BOOL, value: true },
    ]);
  });

  it('comparisons and logic', async () => {
    const [a, b] = [ints([1, 2, 3, 4]), ints([4, 2, 1, 4])];
    for (const op of ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'])
      await expectEqual(op, [a, b], undefined, 0);
    await expectEqual('IsFinite', [{ shape: [3], values: [1, Infinity, NaN] }], undefined, 0);
  });

  it('choices and look-ups, the first of equals', async () => {
    const table: Input = { shape: [2, 4], values: [3, 1, 1, 3, 0, -1, 5, 5] };
    const index = ({ TF_ATTR_TYPE }: NativeBackend['binding']): OpAttribute[] => [
      { name: 'output_type', type: TF_ATTR_TYPE, value: 3 },
    ];
    await expectEqual('ArgMin', [table, ints([1], [])], index, 0);
    await expectEqual('ArgMax', [table, ints([-1], [])], index, 0);
    await expectEqual('GatherV2', [noise([6, 3]), ints([5, 0, 2, 2], [2, 2]), ints([0], [])], undefined, 0);
    const scalars: Input[] = [ints([3], []), { values: [1], shape: [] }, { values: [0], shape: [] }];
    await expectEqual('OneHot', [ints([2, 0, 5, -1]), ...scalars], ({ TF_ATTR_INT }) => [
      { name: 'axis', type: TF_ATTR_INT, value: -1 },
    ]);
  });

  it('padding, pooling, pixels and sizes', async () => {
    const x = noise([2, 6, 8, 4]);
    await expectEqual('MirrorPad', [x, ints([0, 0, 1, 2, 3, 0, 0, 0], [4, 2])], ({ TF_ATTR_STRING }) => [
      { name: 'mode', type: TF_ATTR_STRING, value: 'REFLECT' },
    ]);
    for (const op of ['AvgPool', 'MaxPool'])
      await expectEqual(op, [x], ({ TF_ATTR_INT, TF_ATTR_STRING }) => [
        { name: 'ksize', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
        { name: 'strides', type: TF_ATTR_INT, value: [1, 2, 2, 1] },
        { name: 'padding', type: TF_ATTR_STRING, value: 'VALID' },
      ]);
    const block = ({ TF_ATTR_INT }: NativeBackend['binding']) => [{ name: 'block_size', type: TF_ATTR_INT, value: 2 }];
    await expectEqual('DepthToSpace', [x], block, 0);
    await expectEqual('SpaceToDepth', [x], block, 0);
    for (const halves of [true, false]) {
      const centres = ({ TF_ATTR_BOOL }: NativeBackend['binding']): OpAttribute[] => [
        { name: 'align_corners', type: TF_ATTR_BOOL, value: false },
        { name: 'half_pixel_centers', type: TF_ATTR_BOOL, value: halves },
      ];
      for (const size of [
        [12, 16],
        [3, 4],
        [7, 5],
      ])
        await expectEqual('ResizeBilinear', [x, ints(size)], centres);
      await expectEqual('ResizeNearestNeighbor', [x, ints([12, 16])], centres, 0);
    }
  });

  it('draws: the same numbers from the same seed', async () => {
    const types =
      (type: number) =>
      ({ TF_ATTR_TYPE }: NativeBackend['binding']): OpAttribute[] => [
        { name: 'dtype', type: TF_ATTR_TYPE, value: type },
      ];
    for (const seed of [ints([1, 2]), ints([-5, 2 ** 31 - 1])]) {
      await expectEqual('StatelessRandomUniform', [ints([501, 3]), seed], types(1), 0);
      await expectEqual('StatelessRandomNormal', [ints([501, 3]), seed], types(1), 2e-6);
      await expectEqual('StatelessTruncatedNormal', [ints([501, 3]), seed], types(1), 2e-6);
      await expectEqual('StatelessRandomUniformInt', [ints([77]), seed, ints([-3], []), ints([12], [])], types(3), 0);
    }
  });
});

describe('what the portable engine lacks', () => {
  it('is refused by name, with what to do', () => {
    expect(() => portable.executeSingleOutput('Conv2DBackpropFilter', [], [])).toThrowError(
      expect.objectContaining({ code: 'UNSUPPORTED', hint: expect.stringContaining('tessera setup') }),
    );
    expect(() => portable.binding.loadSavedModel('', '')).toThrowError(/needs TensorFlow/);
  });

  it('is only what training needs: every other kernel of the ops is there', () => {
    const folder = path.join(__dirname, '../../../../../main/engine/tensorflow/ops');
    const called = readdirSync(folder)
      .flatMap((name) => [...readFileSync(path.join(folder, name), 'utf8').matchAll(/'([A-Z][A-Za-z0-9]+)'/g)])
      .map(([, name]) => name ?? '')
      .filter((name) => !/Grad(V\d)?$|Backprop|^[A-Z]+$/.test(name));
    const known = Object.keys(portableKernels(tf));
    expect([...new Set(called)].filter((op) => !known.includes(op)).sort()).toEqual([...trainingOnly].sort());
  });
});

/** Sums and counts that losses, codebooks and their gradients are made of, and convolutions of clips, which nothing explores yet. */
const trainingOnly = [
  'Complex',
  'Conv3D',
  'FusedBatchNormV3',
  'Imag',
  'Real',
  'SparseSoftmaxCrossEntropyWithLogits',
  'StatelessMultinomial',
  'UnsortedSegmentSum',
];
