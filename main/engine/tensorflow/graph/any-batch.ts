import { AppError } from '@shared/errors';
import type { CapturedFunction } from './capture';
import { tfType } from './dtypes';
import type { AttributeValue, GraphNode, TensorContent, TensorName } from '../../formats/graph-def';

/** The length that stands for an unknown side in a graph. */
const UNKNOWN = -1;
const INT32: AttributeValue = { kind: 'type', value: tfType.int32 };

/**
 * Makes a captured function for any batch size out of two captures of it that differ only in the batch size. Shapes
 * inside a capture are constants; those that differ between the two grow with the batch, and are computed from the
 * length of the first feed instead.
 * @throws UNSUPPORTED where the captures differ in anything else: the function does other things for other batches
 */
export function forAnyBatch(one: CapturedFunction, other: CapturedFunction): CapturedFunction {
  const batch = batchOf(one, other);
  const size = sizeNodes(batch.feed, one);
  const nodes = one.nodes.flatMap((node, index) => {
    const twin = other.nodes[index];
    if (!twin || twin.op !== node.op) throw differs(node.name);
    if (node.op === 'Placeholder') return [withUnknownSides(node, twin)];
    if (node.op === 'Const') return withBatch(node, twin, batch, size.name);
    if (JSON.stringify(node.attributes) !== JSON.stringify(twin.attributes)) throw differs(node.name);
    return [node];
  });
  return {
    ...one,
    nodes: [...size.nodes, ...nodes],
    feeds: mergeShapes(one.feeds, other.feeds),
    outputs: mergeShapes(one.outputs, other.outputs),
  };
}

interface Batch {
  feed: TensorName;
  sizes: readonly [number, number];
}

function batchOf(one: CapturedFunction, other: CapturedFunction): Batch {
  for (const [name, feed] of Object.entries(one.feeds)) {
    const [a = 0, b = 0] = [feed.shape[0], other.feeds[name]?.shape[0]];
    if (a !== b) return { feed, sizes: [a, b] };
  }
  throw new AppError('INTERNAL', 'Two captures of one batch size can’t tell what depends on it.');
}

/** The batch size, int32 [1], as the graph runs. */
function sizeNodes(
  { name: port, type }: TensorName,
  { nodes }: CapturedFunction,
): { name: string; nodes: GraphNode[] } {
  const feed = port.replace(/:\d+$/, '');
  const prefix = `${feed}/batch`;
  if (!nodes.some((node) => node.name === feed)) throw new AppError('INTERNAL', `The graph has no feed ${feed}.`);
  return {
    name: `${prefix}/size`,
    nodes: [
      {
        name: `${prefix}/shape`,
        op: 'Shape',
        inputs: [port],
        attributes: { T: { kind: 'type', value: type }, out_type: INT32 },
      },
      int32Const(`${prefix}/begin`, [0]),
      int32Const(`${prefix}/count`, [1]),
      {
        name: `${prefix}/size`,
        op: 'Slice',
        inputs: [`${prefix}/shape:0`, `${prefix}/begin:0`, `${prefix}/count:0`],
        attributes: { T: INT32, Index: INT32 },
      },
    ],
  };
}

/**
 * A constant that is the same in both captures as it is; sizes that grow with the batch as `fixed + perItem · size`;
 * one value everywhere in a shape that does as `Fill`.
 */
function withBatch(node: GraphNode, twin: GraphNode, { sizes }: Batch, size: string): GraphNode[] {
  const [content, other] = [contentOf(node), contentOf(twin)];
  if (JSON.stringify(plain(content)) === JSON.stringify(plain(other))) return [node];
  const [a, b] = [vectorOf(content), vectorOf(other)];
  if (a && b && a.length === b.length) return grownVector(node.name, a, b, sizes, size);
  const [value, same] = [uniformOf(content), uniformOf(other)];
  if (value === undefined || value !== same || content.shape.length !== other.shape.length) throw differs(node.name);
  const type: AttributeValue = { kind: 'type', value: content.type };
  const filling: TensorContent = { type: content.type, shape: [], values: { fill: value } };
  return [
    ...grownVector(`${node.name}/sides`, content.shape, other.shape, sizes, size),
    {
      name: `${node.name}/value`,
      op: 'Const',
      inputs: [],
      attributes: { dtype: type, value: { kind: 'tensor', value: filling } },
    },
    {
      name: node.name,
      op: 'Fill',
      inputs: [`${node.name}/sides:0`, `${node.name}/value:0`],
      attributes: { T: type, index_type: INT32 },
    },
  ];
}

/** Adds a node that computes a vector for the present batch size from its values at two: `fixed + perItem · size`. */
function grownVector(
  name: string,
  a: readonly number[],
  b: readonly number[],
  [n, m]: readonly [number, number],
  size: string,
): GraphNode[] {
  const perItem = a.map((value, index) => ((b[index] ?? 0) - value) / (m - n));
  const fixed = a.map((value, index) => value - n * (perItem[index] ?? 0));
  if (![...perItem, ...fixed].every(Number.isInteger)) throw differs(name);
  const grown = `${name}/grown`;
  return [
    int32Const(`${name}/fixed`, fixed),
    int32Const(`${name}/per-item`, perItem),
    { name: grown, op: 'Mul', inputs: [`${name}/per-item:0`, `${size}:0`], attributes: { T: INT32 } },
    { name, op: 'AddV2', inputs: [`${name}/fixed:0`, `${grown}:0`], attributes: { T: INT32 } },
  ];
}

function contentOf({ name, attributes: { value } }: GraphNode): TensorContent {
  if (value?.kind !== 'tensor') throw new AppError('INTERNAL', `The constant ${name} has no value.`);
  return value.value;
}

/** Renders a node as text, for comparison. */
const plain = ({ type, shape, values }: TensorContent) => ({
  type,
  shape,
  values: 'all' in values ? [...values.all] : values,
});

/** The numbers of a constant that may hold sizes. */
function vectorOf({ type, shape, values }: TensorContent): number[] | undefined {
  if (type !== tfType.int32 || shape.length !== 1) return undefined;
  if ('all' in values) return [...new Int32Array(values.all.slice().buffer)];
  return Array<number>(shape[0] ?? 0).fill(values.fill);
}

/** The number that all elements of a constant share, if they do. */
function uniformOf({ type, values }: TensorContent): number | undefined {
  if ('fill' in values) return values.fill;
  const { buffer } = values.all.slice();
  if (type !== tfType.int32 && type !== tfType.float32) return undefined;
  const numbers = type === tfType.int32 ? new Int32Array(buffer) : new Float32Array(buffer);
  const [first] = numbers;
  return numbers.every((number) => number === first) ? first : undefined;
}

function withUnknownSides(node: GraphNode, twin: GraphNode): GraphNode {
  const [shape, others] = [node.attributes.shape, twin.attributes.shape];
  if (shape?.kind !== 'shape' || others?.kind !== 'shape') return node;
  return {
    ...node,
    attributes: { ...node.attributes, shape: { kind: 'shape', value: mergeSides(shape.value, others.value) } },
  };
}

function mergeShapes(some: Record<string, TensorName>, others: Record<string, TensorName>): Record<string, TensorName> {
  return Object.fromEntries(
    Object.entries(some).map(([name, tensor]) => [
      name,
      { ...tensor, shape: mergeSides(tensor.shape, others[name]?.shape ?? []) },
    ]),
  );
}

function mergeSides(some: readonly number[], others: readonly number[]): number[] {
  return some.map((side, axis) => (side === others[axis] ? side : UNKNOWN));
}

function int32Const(name: string, values: readonly number[]): GraphNode {
  const all = new Uint8Array(Int32Array.from(values).buffer);
  const value: AttributeValue = {
    kind: 'tensor',
    value: { type: tfType.int32, shape: [values.length], values: { all } },
  };
  return { name, op: 'Const', inputs: [], attributes: { dtype: INT32, value } };
}

function differs(node: string): AppError {
  return new AppError(
    'UNSUPPORTED',
    `The function can’t be exported for any batch size: ${node} doesn’t just grow with it.`,
  );
}
