import { AppError } from '@shared/errors';
import { type TensorInfo, backend } from '../native/load';
import type { OpAttribute } from '../native/binding';
import { sizeOf, tfType, tfTypeOf } from './dtypes';
import type { AttributeValue, GraphNode, TensorContent } from './graph-def';
import { inferredAttributes, opDefinition } from './op-table';

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

/** Turns kernel calls into graph nodes, under names that start with the function's. */
export class Recorder {
  readonly nodes: GraphNode[] = [];
  readonly #places = new WeakMap<object, GraphTensor>();
  readonly #madeInside = new WeakSet<object>();

  constructor(readonly functionName: string) {}

  /** Adds a node; its outputs are `name:0`, `name:1`, … */
  add(op: string, inputs: string[], attributes: Record<string, AttributeValue> = {}, name = this.#unique(op)): string {
    this.nodes.push({ name, op, inputs, attributes });
    return name;
  }

  /** From now on this tensor means that place in the graph. */
  place(tensor: TensorInfo, place: GraphTensor): void {
    this.#places.set(tensor.dataId, place);
  }

  /** These values were made while the function ran, out of plain numbers in its code: they may be constants. */
  noteMadeInside(dataId: object): void {
    this.#madeInside.add(dataId);
  }

  /** Records a kernel call that has just run eagerly. */
  record(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly (TensorInfo | Int64Scalar)[],
    outputs: readonly TensorInfo[],
    types: readonly number[],
  ): void {
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
    const name = this.add(
      op,
      places.map((place) => place.name),
      { ...inferred, ...explicitAttributes(attributes) },
    );
    outputs.forEach((output, index) => {
      this.place(output, { name: `${name}:${index}`, type: types[index] ?? tfTypeOf(output.dtype) });
    });
  }

  /** The place of a tensor that the function uses; what the function didn't make is refused. */
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
    this.place(tensor, place);
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
    const name = this.add('Const', [], {
      dtype: { kind: 'type', value: content.type },
      value: { kind: 'tensor', value: content },
    });
    return { name: `${name}:0`, type: content.type };
  }

  #unique(op: string): string {
    return `${this.functionName}/${op}_${this.nodes.length}`;
  }
}

export function explicitAttributes(attributes: readonly OpAttribute[]): Record<string, AttributeValue> {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeValue(attribute)]));
}

/** tfjs-node's attribute in GraphDef's terms; one number type stands for both a value and a list of them. */
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
