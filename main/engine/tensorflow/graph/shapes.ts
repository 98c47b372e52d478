import { shapeGraphBinding } from '../native/shape-graph';
import { tfType } from './dtypes';
import { type GraphNode, encodeGraph } from '../../formats/graph-def';

/**
 * Type and shape of one output of a node. A side that depends on values is −1; where even the rank does, the shape is
 * [−1].
 */
export interface OutputShape {
  type: number;
  shape: number[];
}

/** An added node, as the parts of the graph after its own see it. */
interface Known {
  node: GraphNode;
  outputs: OutputShape[];
  /**
   * Whether shapes may depend on its values. Such a node is copied into every part that uses it; other nodes pass on
   * only their shape.
   */
  isCarried: boolean;
}

/**
 * Most nodes of a part: TensorFlow walks the whole graph for each node it adds, so a single graph would take quadratic
 * time.
 */
const PART = 128;

const integers: readonly number[] = [tfType.int32, tfType.int64];

/** A graph that grows node by node and knows the shape of everything in it without computing anything. */
export class ShapeGraph {
  readonly #binding = shapeGraphBinding();
  readonly #known = new Map<string, Known>();
  #part = this.#binding.createGraph();
  /** Names in the present part. */
  #present = new Set<string>();

  /** Adds a node whose inputs are there already. Throws TensorFlow's complaint where types or shapes don't fit. */
  add(node: GraphNode): OutputShape[] {
    if (this.#present.size >= PART) {
      this.#part = this.#binding.createGraph();
      this.#present = new Set();
    }
    const outputs = this.#addHere(node);
    const inputs = node.inputs.map((input) => this.#known.get(placeOf(input).name));
    const isInteger = outputs.every(({ type }) => integers.includes(type));
    const isCarried =
      node.op === 'Const' ||
      node.op === 'VarHandleOp' ||
      (isInteger && inputs.length > 0 && inputs.every((input) => input?.isCarried));
    this.#known.set(node.name, { node, outputs, isCarried });
    return outputs;
  }

  /** Adds a node to the present part, after its inputs from earlier parts. */
  #addHere(node: GraphNode): OutputShape[] {
    const inputs = node.inputs.map((input) => this.#bringHere(input));
    const mapped = [...new Set(inputs)].map(placeOf).flatMap(({ name, output }): [string, number] => [name, output]);
    const numbers = this.#binding.addNode(this.#part, encodeGraph([{ ...node, inputs }]), node.name, mapped);
    this.#present.add(node.name);
    return outputsOf(numbers);
  }

  /** The name, in the present part, of an output that may belong to an earlier part. */
  #bringHere(input: string): string {
    const { name, output } = placeOf(input);
    if (this.#present.has(name)) return input;
    const known = this.#known.get(name);
    if (!known) return input;
    if (known.isCarried) {
      this.#addHere(known.node);
      return input;
    }
    const standIn = `${name}/outputs/${output}`;
    if (!this.#present.has(standIn)) this.#addHere(placeholder(standIn, known.outputs[output]));
    return `${standIn}:0`;
  }
}

function placeOf(input: string): { name: string; output: number } {
  const colon = input.lastIndexOf(':');
  return { name: input.slice(0, colon), output: Number(input.slice(colon + 1)) };
}

/** A placeholder of that type and shape; of any shape where the shape isn't fully known. */
function placeholder(name: string, { type, shape }: OutputShape = { type: 0, shape: [] }): GraphNode {
  const isKnown = shape.every((side) => side >= 0);
  const dtype = { kind: 'type', value: type } as const;
  const attributes: GraphNode['attributes'] = isKnown
    ? { dtype, shape: { kind: 'shape', value: shape } as const }
    : { dtype };
  return { name, op: 'Placeholder', inputs: [], attributes };
}

/** [type, rank, side, …] repeated → outputs. */
function outputsOf(numbers: readonly number[]): OutputShape[] {
  const outputs: OutputShape[] = [];
  for (let at = 0; at < numbers.length;) {
    const [type = 0, rank = -1] = numbers.slice(at, at + 2);
    at += 2;
    const shape = rank < 0 ? [-1] : numbers.slice(at, at + rank);
    at += Math.max(rank, 0);
    outputs.push({ type, shape });
  }
  return outputs;
}
