import { shapeGraphBinding } from '../native/shape-graph';
import { type GraphNode, encodeGraph } from './graph-def';

/** Type and shape of one output of a node; a side that depends on values is −1, and so is the only side where even their number does. */
export interface OutputShape {
  type: number;
  shape: number[];
}

/** A graph that grows node by node and knows the shape of everything in it, without computing anything. */
export class ShapeGraph {
  readonly #binding = shapeGraphBinding();
  readonly #graph = this.#binding.createGraph();

  /** Adds a node whose inputs are there already. Throws TensorFlow's complaint where types or shapes don't fit. */
  add(node: GraphNode): OutputShape[] {
    const inputs = [...new Set(node.inputs)].flatMap((input): [string, number] => {
      const colon = input.lastIndexOf(':');
      return [input.slice(0, colon), Number(input.slice(colon + 1))];
    });
    return outputsOf(this.#binding.addNode(this.#graph, encodeGraph([node]), node.name, inputs));
  }
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
