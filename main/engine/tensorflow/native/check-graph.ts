import { type AttributeValue, type GraphNode, type TensorContent, encodeSavedModel } from '../../formats/graph-def';

const FLOAT = 1;
const INT32 = 3;
const float: AttributeValue = { kind: 'type', value: FLOAT };
const int32: AttributeValue = { kind: 'type', value: INT32 };

/**
 * Everything that a training step consists of, in one graph call: a matrix product and another kernel (which load
 * cuBLAS and TensorFlow's own kernels), a convolution and its gradient (cuDNN), an Adam update of a variable, a
 * stateless draw, a segment sum.
 */
const OUTPUTS = ['scaled', 'convolved', 'gradient', 'updated', 'drawn', 'counted'] as const;
export type CheckedOutput = (typeof OUTPUTS)[number];
/** Inputs in the binding's form. */
export const checkedPorts = OUTPUTS.map((name) => `${name}:0`).join(',');
export const checkedOutputs: readonly CheckedOutput[] = OUTPUTS;

/** Fed instead of constant, because TensorFlow folds constants on the processor, whatever devices there are. */
export const checkedFeeds = [
  { name: 'a', shape: [2, 2], dtype: 'float32', values: [1, 2, 3, 4] },
  { name: 'picture', shape: [1, 3, 3, 1], dtype: 'float32', values: ramp(9, 0.1) },
  { name: 'ones', shape: [5], dtype: 'float32', values: [1, 1, 1, 1, 1] },
  { name: 'ids', shape: [5], dtype: 'int32', values: [0, 2, 2, 1, 2] },
  { name: 'seed', shape: [2], dtype: 'int32', values: [7, 11] },
] as const;

/**
 * What TensorFlow 2.21 computes on a processor; every device must give the same numbers. A card that can only multiply
 * matrices (one too new for the build's kernels) gives others, or none.
 */
export const expectedOutputs: Readonly<Record<CheckedOutput, readonly number[]>> = {
  scaled: [9.5, 11, 21.5, 25],
  convolved: [3.03, 4.56, 3.99, 1.89],
  gradient: [5.577, 10.233, 8.886, 6.216],
  updated: [-0.01, 1.49, 2.99, 1.19],
  drawn: [0.3736025, 0.7093726, 1.103571, -0.0856042, 0.7084914, -0.8373998],
  counted: [1, 1, 3],
};
/** Tolerance: a card adds in another order. */
const TOLERANCE = 1e-3;

/** Describes the first output that differs from a processor's; null where all are right. */
export function wrongOutput(found: Readonly<Record<string, readonly number[]>>): string | null {
  for (const name of OUTPUTS) {
    const [expected, got] = [expectedOutputs[name], found[name] ?? []];
    const isRight =
      got.length === expected.length &&
      got.every((value, at) => Math.abs(value - expected[at]!) <= TOLERANCE * Math.max(1, Math.abs(expected[at]!)));
    if (!isRight) return `“${name}” is ${shown(got)} where a processor computes ${shown(expected)}`;
  }
  return null;
}

const shown = (values: readonly number[]): string =>
  `[${values
    .slice(0, 4)
    .map((value) => Number(value.toPrecision(4)))
    .join(', ')}${values.length > 4 ? ', …' : ''}]`;

/** The graph as a SavedModel file. */
export function checkGraph(): Uint8Array {
  const variables = { kernel: ramp(4, 0.3), m: ramp(4, 0), v: ramp(4, 0) };
  const adam = { beta1Power: 0.9, beta2Power: 0.999, rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const image = { strides: ints(1, 1, 1, 1), padding: { kind: 'string', value: 'VALID' }, T: float } as const;
  const nodes: GraphNode[] = [
    ...checkedFeeds.map(({ name, shape, dtype }) =>
      node(name, 'Placeholder', [], {
        dtype: dtype === 'int32' ? int32 : float,
        shape: { kind: 'shape', value: shape },
      }),
    ),
    constant('b', [2, 2], [5, 6, 7, 8]),
    constant('half', [2, 2], [0.5, 0.5, 0.5, 0.5]),
    node('product', 'MatMul', ['a:0', 'b:0'], { T: float }),
    node('scaled', 'Mul', ['product:0', 'half:0'], { T: float }),
    ...Object.entries(variables).flatMap(([name, values]) => variable(name, [2, 2, 1, 1], values)),
    constant('sizes', [4], [2, 2, 1, 1], INT32),
    node('read', 'ReadVariableOp', ['kernel:0', '^kernel/assign'], { dtype: float }),
    node('convolved', 'Conv2D', ['picture:0', 'read:0'], image),
    node('gradient', 'Conv2DBackpropFilter', ['picture:0', 'sizes:0', 'convolved:0'], image),
    ...Object.entries(adam).map(([name, value]) => constant(`adam/${name}`, [], [value])),
    node(
      'adam',
      'ResourceApplyAdam',
      ['kernel:0', 'm:0', 'v:0', ...Object.keys(adam).map((name) => `adam/${name}:0`), 'gradient:0'].concat(
        Object.keys(variables).map((name) => `^${name}/assign`),
      ),
      { T: float },
    ),
    node('updated', 'ReadVariableOp', ['kernel:0', '^adam'], { dtype: float }),
    constant('shape', [1], [6], INT32),
    node('drawn', 'StatelessRandomNormal', ['shape:0', 'seed:0'], { dtype: float, T: int32, Tseed: int32 }),
    constant('segments', [], [3], INT32),
    node('counted', 'UnsortedSegmentSum', ['ones:0', 'ids:0', 'segments:0'], {
      T: float,
      Tindices: int32,
      Tnumsegments: int32,
    }),
  ];
  return encodeSavedModel(nodes);
}

const node = (name: string, op: string, inputs: string[], attributes: GraphNode['attributes']): GraphNode => ({
  name,
  op,
  inputs,
  attributes,
});
const ints = (...value: number[]): AttributeValue => ({ kind: 'ints', value });
function ramp(count: number, step: number): number[] {
  return Array.from({ length: count }, (_, i) => step * ((i * 5) % 11));
}

function constant(name: string, shape: number[], values: readonly number[], type = FLOAT): GraphNode {
  const all = new Uint8Array((type === INT32 ? Int32Array : Float32Array).from(values).buffer);
  const value: TensorContent = { type, shape, values: { all } };
  return node(name, 'Const', [], { dtype: { kind: 'type', value: type }, value: { kind: 'tensor', value } });
}

function variable(name: string, shape: number[], values: readonly number[]): GraphNode[] {
  return [
    node(name, 'VarHandleOp', [], {
      dtype: float,
      shape: { kind: 'shape', value: shape },
      shared_name: { kind: 'string', value: `check/${name}` },
    }),
    constant(`${name}/first`, shape, values),
    node(`${name}/assign`, 'AssignVariableOp', [`${name}:0`, `${name}/first:0`], { dtype: float }),
  ];
}
