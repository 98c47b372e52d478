import { AppError } from '@shared/errors';
import type { CapturedFunction } from './capture';
import { tfType } from './dtypes';
import type { AttributeValue, GraphNode, TensorContent, TensorName } from './graph-def';

/** How a side of unknown length is written in a graph. */
const UNKNOWN = -1;
const INT32: AttributeValue = { kind: 'type', value: tfType.int32 };

/**
 * A captured function for any batch size, out of two captures of it that differ in the batch size only. Shapes inside a
 * capture are constants; those that differ between the two grow with the batch, and are computed from the length of the
 * first feed instead.
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

/** A constant that is the same in both captures as it is; one that grows with the batch as `fixed + perItem · size`. */
function withBatch(node: GraphNode, twin: GraphNode, { sizes: [n, m] }: Batch, size: string): GraphNode[] {
  if (JSON.stringify(contentOf(node)) === JSON.stringify(contentOf(twin))) return [node];
  const [a, b] = [vectorOf(node), vectorOf(twin)];
  if (a.length !== b.length) throw differs(node.name);
  const perItem = a.map((value, index) => ((b[index] ?? 0) - value) / (m - n));
  const fixed = a.map((value, index) => value - n * (perItem[index] ?? 0));
  if (![...perItem, ...fixed].every(Number.isInteger)) throw differs(node.name);
  const grown = `${node.name}/grown`;
  return [
    int32Const(`${node.name}/fixed`, fixed),
    int32Const(`${node.name}/per-item`, perItem),
    { name: grown, op: 'Mul', inputs: [`${node.name}/per-item:0`, `${size}:0`], attributes: { T: INT32 } },
    { name: node.name, op: 'AddV2', inputs: [`${node.name}/fixed:0`, `${grown}:0`], attributes: { T: INT32 } },
  ];
}

function contentOf({ name, attributes: { value } }: GraphNode): {
  type: number;
  shape: readonly number[];
  values: unknown;
} {
  if (value?.kind !== 'tensor') throw new AppError('INTERNAL', `The constant ${name} has no value.`);
  const { type, shape, values } = value.value;
  return { type, shape, values: 'all' in values ? [...values.all] : values };
}

/** The numbers of a constant that holds sizes. */
function vectorOf(node: GraphNode): number[] {
  const { value } = node.attributes;
  const content: TensorContent | undefined = value?.kind === 'tensor' ? value.value : undefined;
  if (content?.type !== tfType.int32 || content.shape.length !== 1 || !('all' in content.values))
    throw differs(node.name);
  return [...new Int32Array(content.values.all.slice().buffer)];
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
