import { AppError } from '@shared/errors';
import { type Tensor, type TensorInfo, backend, tf } from '../native/load';
import type { NativeBackend } from '../native/binding';

/**
 * Computes one input's gradient from the outputs' gradients (`undefined` where the loss doesn't depend on an output).
 */
export type PartGradient = (dys: readonly (Tensor | undefined)[], ys: readonly Tensor[]) => Tensor;

/** One call of an op. Tensors are identified by their data, so a tfjs clone counts as the tensor it was cloned from. */
interface TapeNode {
  op: string;
  inputs: readonly object[];
  outputs: readonly object[];
  /** One gradient for each input. Left out where none is defined; the node then refuses to be differentiated. */
  gradients?: readonly ((dys: readonly (Tensor | undefined)[]) => Tensor)[];
}

/** The calls since the outermost `withTape` began, in order; undefined outside. */
let nodes: TapeNode[] | undefined;
let pauses = 0;

export function isTaping(): boolean {
  return nodes !== undefined && pauses === 0;
}

/**
 * Runs `body` while ops record on a tape how to differentiate them. Kernels outside any op are recorded as well: a
 * gradient that would have to pass through one is refused by name instead of being lost. Tapes don't nest; inside
 * another `withTape` the same tape continues, which makes gradients of gradients possible.
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

/** Runs `body` off the tape: to a gradient, its results are constants. */
export function untaped<T>(body: () => T): T {
  pauses++;
  try {
    return body();
  } finally {
    pauses--;
  }
}

/**
 * Runs an op: `forward` computes its outputs, and each of `gradients` computes the loss's gradient with respect to one
 * of `inputs`, in that input's shape; they are called only for the inputs whose gradients are wanted. A gradient
 * written in ops can be differentiated again. An output that is an input (the same data) is that input.
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

/** Frees gradients made since `start` that the rest of the way doesn't need, unless they are themselves on the tape. */
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

/** Records each kernel that runs outside an op, however it was called. */
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

/** Whether a type has gradients; integers and truth values have none. */
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
