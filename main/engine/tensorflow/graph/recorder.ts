import { AppError } from '@shared/errors';
import { type Tensor, type TensorInfo, backend } from '../native/load';
import type { OpAttribute } from '../native/binding';
import { sizeOf, tfType, tfTypeOf } from './dtypes';
import type { AttributeValue, GraphNode, TensorContent } from '../../formats/graph-def';
import { inferredAttributes, opDefinition } from './op-table';
import { type OutputShape, ShapeGraph } from './shapes';

/** A tensor's place in the graph: `node:output` and its TensorFlow type. */
export interface GraphTensor {
  name: string;
  type: number;
}

/** The only tensor-like input of tfjs-node that isn't a tensor: a 64-bit integer. */
interface Int64Scalar {
  valueArray: Int32Array;
}

/** Above this many bytes a constant must be uniform: bigger data belongs in a variable or a feed. */
const CONSTANT_LIMIT = 64 * 1024;

/** Outputs that only the op's own gradient kernel reads; no shape function knows their form. */
const OPAQUE_OUTPUTS: Readonly<Record<string, number>> = { FusedBatchNormV3: 5 };

/** tfjs-node's number for a tensor that has no native one: nothing to read, nothing to free. */
const NO_VALUES = -1;

/**
 * Turns kernel calls into graph nodes, under names that start with the function's. Nothing is computed: TensorFlow's
 * shape functions give the shapes of a kernel's results, and tensors without values stand in for them.
 */
export class Recorder {
  readonly nodes: GraphNode[] = [];
  readonly #shapes = new ShapeGraph();
  readonly #places = new WeakMap<object, GraphTensor>();
  readonly #madeInside = new WeakSet<object>();

  constructor(readonly functionName: string) {}

  /** Adds a node; its outputs are `name:0`, `name:1`, … */
  add(op: string, inputs: string[], attributes: Record<string, AttributeValue> = {}, name = this.#unique(op)): string {
    this.nodes.push({ name, op, inputs, attributes });
    return name;
  }

  /** Declares a node that the function doesn't own, such as a variable, for the nodes that will read from it. */
  know(node: GraphNode): void {
    this.#shapes.add(node);
  }

  /** Adds a node that computes something, and returns tensors that stand in for its outputs. */
  addOp(op: string, inputs: string[], attributes: Record<string, AttributeValue>, name = this.#unique(op)): Tensor[] {
    this.add(op, inputs, attributes, name);
    return this.#outputsOf({ name, op, inputs, attributes }).map((output, index) => {
      const standIn = backend.createOutputTensor({ id: NO_VALUES, dtype: output.type, shape: output.shape });
      this.#places.set(standIn.dataId, { name: `${name}:${index}`, type: output.type });
      return standIn;
    });
  }

  /** Notes values made from plain numbers in the function's code while it ran: they may be constants. */
  noteMadeInside(dataId: object): void {
    this.#madeInside.add(dataId);
  }

  /** Records a kernel call. */
  record(op: string, attributes: readonly OpAttribute[], inputs: readonly (TensorInfo | Int64Scalar)[]): Tensor[] {
    if (opDefinition(op).stateful) {
      throw new AppError(
        'CAPTURE',
        `"${this.functionName}" calls ${op}, which has hidden state and would not repeat.`,
        'Use random.* of the ops with a seed that is fed.',
      );
    }
    const places = inputs.map((input) => this.#placeOf(input, op));
    const inferred = inferredAttributes(
      op,
      places.map((place) => place.type),
    );
    const names = places.map((place) => place.name);
    return this.addOp(op, names, { ...inferred, ...explicitAttributes(attributes) });
  }

  /** The place of a tensor that the function uses; refuses tensors that the function didn't make. */
  placeOf(tensor: TensorInfo, user: string): GraphTensor {
    const known = this.#places.get(tensor.dataId);
    if (known) return known;
    if (!this.#madeInside.has(tensor.dataId)) {
      throw new AppError(
        'CAPTURE',
        `"${this.functionName}" uses a tensor [${tensor.shape.join(', ')}] in ${user} that was made outside of it.`,
        'Feed it, keep it in a variable, or wrap it in constant() if it never changes.',
      );
    }
    const place = this.#constant(tensor, user);
    this.#places.set(tensor.dataId, place);
    return place;
  }

  /** Where a tensor comes from, for messages. */
  describe(dataId: object): string {
    return this.#places.get(dataId)?.name.replace(/:\d+$/, '') ?? 'a tensor';
  }

  #placeOf(input: TensorInfo | Int64Scalar, user: string): GraphTensor {
    if (!('valueArray' in input)) return this.placeOf(input, user);
    const low = input.valueArray[0] ?? 0;
    return this.#const({ type: tfType.int64, shape: [], values: { fill: low } });
  }

  #constant(tensor: TensorInfo, user: string): GraphTensor {
    const values = originalReadSync(tensor.dataId);
    const type = tfTypeOf(tensor.dtype);
    const first = values[0];
    const size = sizeOf(tensor.shape);
    if (size > 8 && first !== undefined && isUniform(values)) {
      return this.#const({ type, shape: tensor.shape, values: { fill: first } });
    }
    if (values.byteLength > CONSTANT_LIMIT) {
      throw new AppError(
        'CAPTURE',
        `"${this.functionName}" would bake a constant of ${values.byteLength} bytes [${tensor.shape.join(', ')}] into ${user}.`,
        'Keep it in a variable (trainable: false) or feed it.',
      );
    }
    const all = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    return this.#const({ type, shape: tensor.shape, values: { all } });
  }

  #const(content: TensorContent): GraphTensor {
    const attributes: Record<string, AttributeValue> = {
      dtype: { kind: 'type', value: content.type },
      value: { kind: 'tensor', value: content },
    };
    const name = this.add('Const', [], attributes);
    this.#shapes.add({ name, op: 'Const', inputs: [], attributes });
    return { name: `${name}:0`, type: content.type };
  }

  #outputsOf(node: GraphNode): OutputShape[] {
    const opaque = OPAQUE_OUTPUTS[node.op];
    const outputs = this.#infer(node).map((output, index) => (index === opaque ? { ...output, shape: [0] } : output));
    if (outputs.every(({ shape }) => shape.every((side) => side >= 0))) return outputs;
    throw new AppError(
      'CAPTURE',
      `"${this.functionName}" calls ${node.op}, and the shape of what it gives depends on values.`,
      'In a graph every shape is known before it runs: use an op with a fixed size, or a mask.',
    );
  }

  #infer(node: GraphNode): OutputShape[] {
    try {
      return this.#shapes.add(node);
    } catch (complaint) {
      const reason = complaint instanceof Error ? complaint.message : String(complaint);
      throw new AppError('CAPTURE', `"${this.functionName}" calls ${node.op} with what it can't take: ${reason}`, '', {
        cause: complaint,
      });
    }
  }

  #unique(op: string): string {
    return `${this.functionName}/${op}_${this.nodes.length}`;
  }
}

export function explicitAttributes(attributes: readonly OpAttribute[]): Record<string, AttributeValue> {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeValue(attribute)]));
}

/** Converts tfjs-node's attribute to GraphDef's form; one number type stands for both a value and a list of values. */
function attributeValue({ name, type, value }: OpAttribute): AttributeValue {
  const kinds = backend.binding;
  if (type === kinds.TF_ATTR_STRING) return { kind: 'string', value: String(value) };
  if (type === kinds.TF_ATTR_BOOL) return { kind: 'bool', value: Boolean(value) };
  if (type === kinds.TF_ATTR_INT) {
    return Array.isArray(value) ? { kind: 'ints', value: value as number[] } : { kind: 'int', value: Number(value) };
  }
  if (type === kinds.TF_ATTR_FLOAT) {
    return Array.isArray(value)
      ? { kind: 'floats', value: value as number[] }
      : { kind: 'float', value: Number(value) };
  }
  if (type === kinds.TF_ATTR_TYPE) return { kind: 'type', value: Number(value) };
  if (type === kinds.TF_ATTR_SHAPE) return { kind: 'shape', value: value as number[] };
  throw new AppError('CAPTURE', `The attribute ${name} is of a kind that can't be captured (${type}).`);
}

function isUniform(values: ArrayLike<number>): boolean {
  const first = values[0];
  for (let index = 1; index < values.length; index++) if (values[index] !== first) return false;
  return true;
}

/** Reading is refused while a function is captured, except here: the values of constants are known. */
const originalReadSync = backend.readSync.bind(backend);
