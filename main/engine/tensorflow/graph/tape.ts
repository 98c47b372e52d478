import { AppError } from '@shared/errors';
import { type Tensor, type TensorInfo, backend, tf } from '../native/load';
import type { NativeBackend } from '../native/binding';

/** The gradient of one input, from those of the outputs (`undefined`: the loss doesn't depend on that output). */
export type PartGradient = (dys: readonly (Tensor | undefined)[], ys: readonly Tensor[]) => Tensor;

/** One call of an op. Tensors are known by their data, so that a tfjs clone is the tensor it was cloned from. */
interface TapeNode {
  op: string;
  inputs: readonly object[];
  outputs: readonly object[];
  /** For each input. Left out where none is defined: the node refuses to be differentiated. */
  gradients?: readonly ((dys: readonly (Tensor | undefined)[]) => Tensor)[];
}

/** What was called since the outermost `withTape` began, in order; undefined outside. */
let nodes: TapeNode[] | undefined;
let pauses = 0;

export function isTaping(): boolean {
  return nodes !== undefined && pauses === 0;
}

/**
 * Runs `body` while ops note on a tape how to differentiate them. Kernels that no op accounts for are noted as well: a
 * gradient that would have to pass through one is refused by its name instead of being lost. Tapes don't nest; inside
 * another `withTape` the same tape goes on, which is what makes gradients of gradients.
 */
export function withTape<T>(body: () => T): T {
  if (nodes) return body();
  nodes = [];
  const unhook = noteKernels();
  try {
    return body();
  } finally {
    unhook();
    nodes = undefined;
  }
}

/** Runs `body` off the tape: to a gradient, what comes out is a constant. */
export function untaped<T>(body: () => T): T {
  pauses++;
  try {
    return body();
  } finally {
    pauses--;
  }
}

/**
 * An op: `forward` computes its outputs, and `gradients` give the gradient of the loss with respect to each of `inputs`,
 * of its shape; they are called only for inputs that it is wanted for. A gradient written in ops can be differentiated
 * again. An output that is an input (the same data) is that input.
 */
export function tapedParts(
  op: string,
  inputs: readonly Tensor[],
  forward: () => Tensor[],
  gradients: readonly PartGradient[],
): Tensor[] {
  if (!isTaping()) return tf.tidy(forward);
  const outputs = untaped(() => tf.tidy(forward));
  const given = inputs.map(({ dataId }) => dataId);
  if (outputs.some(({ dataId }) => given.includes(dataId))) return outputs;
  nodes?.push({
    op,
    inputs: given,
    outputs: outputs.filter(isDifferentiable).map(({ dataId }) => dataId),
    gradients: gradients.map((gradient) => (dys) => gradient(dys, outputs)),
  });
  return outputs;
}

/**
 * Gradients of a scalar on the tape with respect to tensors on it; undefined where it doesn't depend on one.
 * @throws CAPTURE naming an op that lies between and has no gradient
 */
export function backpropagate(loss: Tensor, of: readonly Tensor[]): (Tensor | undefined)[] {
  const wanted = new Set<object>(of.map(({ dataId }) => dataId));
  const start = tf.ones(loss.shape);
  const found = new Map<object, Tensor>([[loss.dataId, start]]);
  for (const { node, inputs } of pathsFrom(wanted).reverse()) {
    const dys = node.outputs.map((output) => found.get(output));
    if (dys.every((dy) => dy === undefined)) continue;
    for (const output of node.outputs) if (!wanted.has(output)) found.delete(output);
    const spent = [...dys];
    for (const place of inputs) {
      const gradient = node.gradients?.[place];
      const input = node.inputs[place];
      if (!gradient || !input) throw refusal(node);
      const part = inScope(() => gradient(dys));
      const before = found.get(input);
      found.set(input, before ? sum(before, part) : part);
      if (before) spent.push(before, part);
    }
    free(spent, start.id, found);
  }
  return of.map(({ dataId }) => found.get(dataId));
}

/** The nodes that depend on `wanted`, each with the places of the inputs that do. */
function pathsFrom(wanted: ReadonlySet<object>): { node: TapeNode; inputs: number[] }[] {
  const dependent = new Set(wanted);
  const paths: { node: TapeNode; inputs: number[] }[] = [];
  for (const node of nodes ?? []) {
    const inputs = node.inputs.flatMap((input, place) => (dependent.has(input) ? [place] : []));
    if (inputs.length === 0) continue;
    for (const output of node.outputs) dependent.add(output);
    paths.push({ node, inputs });
  }
  return paths;
}

/** Frees gradients, made since `start`, that nothing on the way further needs, unless they are themselves on the tape. */
function free(dys: readonly (Tensor | undefined)[], start: number, found: ReadonlyMap<object, Tensor>): void {
  if (isTaping()) return;
  const needed = new Set(found.values());
  for (const dy of new Set(dys)) if (dy && dy.id >= start && !needed.has(dy)) dy.dispose();
}

/** Frees what a gradient computes on its way, unless that is itself on the tape. */
function inScope(gradient: () => Tensor): Tensor {
  return isTaping() ? gradient() : tf.tidy(gradient);
}

function sum(a: Tensor, b: Tensor): Tensor {
  const through: PartGradient = ([dy]) => dy as Tensor;
  return tapedParts('Add', [a, b], () => [tf.add(a, b)], [through, through])[0] as Tensor;
}

/** Notes each kernel that runs outside of an op, by whatever way it was called. */
function noteKernels(): () => void {
  const { executeSingleOutput, executeMultipleOutputs } = backend;
  const single = executeSingleOutput.bind(backend);
  const multiple = executeMultipleOutputs.bind(backend);
  const note = (op: string, inputs: readonly TensorInfo[], outputs: readonly Tensor[]) => {
    if (!isTaping()) return;
    const differentiable = outputs.filter(isDifferentiable).map(({ dataId }) => dataId);
    if (differentiable.length === 0) return;
    nodes?.push({ op, inputs: inputs.map(({ dataId }) => dataId), outputs: differentiable });
  };
  const hooks: Pick<NativeBackend, 'executeSingleOutput' | 'executeMultipleOutputs'> = {
    executeSingleOutput: (op, attributes, inputs) => {
      const output = single(op, attributes, inputs);
      note(op, inputs, [output]);
      return output;
    },
    executeMultipleOutputs: (op, attributes, inputs, count) => {
      const outputs = multiple(op, attributes, inputs, count);
      note(op, inputs, outputs);
      return outputs;
    },
  };
  const before = Object.getOwnPropertyDescriptors(backend) as Partial<Record<string, PropertyDescriptor>>;
  Object.assign(backend, hooks);
  return () => {
    for (const name of Object.keys(hooks)) {
      const own = before[name];
      if (own) Object.defineProperty(backend, name, own);
      else delete (backend as unknown as Record<string, unknown>)[name];
    }
  };
}

/** Integers and truth values don't change by a little. */
function isDifferentiable({ dtype }: Tensor): boolean {
  return dtype === 'float32' || dtype === 'complex64';
}

function refusal({ op }: TapeNode): AppError {
  return new AppError(
    'CAPTURE',
    `No gradient is defined for ${op} here.`,
    'Use an op of the ops folder, or stopGradient() where none should pass.',
  );
}
