import { AppError } from '@shared/errors';
import { type Tensor, tf } from '../native/load';
import { withContext } from './context';
import type { FunctionContext, Update, Variable } from './types';
import { type FeedType, tfType, tfTypeOf } from './dtypes';
import type { AttributeValue, GraphNode, TensorName } from '../../formats/graph-def';
import { recording } from './hooks';
import { Recorder, explicitAttributes } from './recorder';

export interface FeedSpec {
  shape: readonly number[];
  dtype: FeedType;
}

export type ProgramBody = (feeds: Record<string, Tensor>) => Record<string, Tensor>;

export interface FunctionDefinition {
  name: string;
  feeds: Readonly<Record<string, FeedSpec>>;
  body: ProgramBody;
}

/** An update and the places of its inputs in the graph. */
interface RecordedUpdate {
  update: Update;
  inputs: string[];
  decrease: string | undefined;
}

/** A function as graph nodes. Variables are the nodes named by `handleOf`, which the session adds once. */
export interface CapturedFunction {
  nodes: GraphNode[];
  feeds: Record<string, TensorName>;
  outputs: Record<string, TensorName>;
  /** The node that reads each variable the function uses. */
  reads: Map<Variable, string>;
  updates: number;
}

export function handleOf(variable: Variable): string {
  return `variables/${variable.name}`;
}

export function handleNode(variable: Variable): GraphNode {
  const attributes: GraphNode['attributes'] = {
    dtype: { kind: 'type', value: tfTypeOf(variable.dtype) },
    shape: { kind: 'shape', value: variable.shape },
    shared_name: { kind: 'string', value: variable.name },
  };
  return { name: handleOf(variable), op: 'VarHandleOp', inputs: [], attributes };
}

/**
 * Runs a function once, with stand-ins that have shapes but no values, and records it as a graph. Nothing is computed.
 *
 * Ordering: reads have no inputs; every update waits for the reads of its variables (control inputs); every output
 * waits for all updates. So one call reads the old values, then writes, whichever outputs are fetched.
 * @throws CAPTURE for what a graph can't hold
 */
export function captureFunction(
  definition: FunctionDefinition,
  owns: (variable: Variable) => boolean,
): CapturedFunction {
  const recorder = new Recorder(definition.name);
  const reads = new Map<Variable, { tensor: Tensor; node: string }>();
  const updates: RecordedUpdate[] = [];
  const updated = new Set<Variable>();

  const context: FunctionContext = {
    functionName: definition.name,
    valueOf: (variable) => {
      requireOwn(owns, variable, definition.name);
      let read = reads.get(variable);
      if (!read) {
        read = addRead(recorder, variable);
        reads.set(variable, read);
      }
      return read.tensor;
    },
    update: (update) => {
      noteUpdated(updated, update, owns, definition.name);
      const nameOf = (input: Tensor) => recorder.placeOf(input, update.op).name;
      const decrease = update.decrease && nameOf(update.decrease);
      updates.push({ update, inputs: update.inputs.map(nameOf), decrease });
    },
    bakeIn: (tensor) => recorder.noteMadeInside(tensor.dataId),
  };

  const feeds: Record<string, TensorName> = {};
  tf.engine().startScope('capture');
  try {
    const standIns = Object.fromEntries(
      Object.entries(definition.feeds).map(([name, spec]) => {
        feeds[name] = { name: `${definition.name}/feeds/${name}:0`, type: tfType[spec.dtype], shape: spec.shape };
        return [name, addFeed(recorder, spec, `${definition.name}/feeds/${name}`)];
      }),
    );
    const results = recording(recorder, () =>
      withContext(context, () => checkResults(definition.name, definition.body(standIns))),
    );
    const places = Object.entries(results).map(([name, tensor]) => ({
      name,
      tensor,
      place: recorder.placeOf(tensor, `output ${name}`),
    }));
    const readNodes = new Map([...reads].map(([variable, read]) => [variable, read.node]));
    const waits = updates.map((update) => `^${addUpdate(recorder, update, readNodes)}`);
    const outputs: Record<string, TensorName> = {};
    for (const { name, tensor, place } of places) {
      const node = `${definition.name}/outputs/${name}`;
      recorder.add('Identity', [place.name, ...waits], { T: { kind: 'type', value: place.type } }, node);
      outputs[name] = { name: `${node}:0`, type: place.type, shape: tensor.shape };
    }
    return { nodes: recorder.nodes, feeds, outputs, reads: readNodes, updates: updates.length };
  } finally {
    tf.engine().endScope();
  }
}

/** Requires that a function returns named tensors: no promises, numbers or arrays. */
export function checkResults(name: string, results: Record<string, Tensor>): Record<string, Tensor> {
  if (results instanceof Promise) {
    results.catch(() => undefined);
    throw new AppError('CAPTURE', `"${name}" is asynchronous.`, 'A function of a program returns its tensors at once.');
  }
  const entries = Object.entries(results);
  const wrong = entries.find(([, value]) => !((value as unknown) instanceof tf.Tensor));
  if (wrong) throw new AppError('CAPTURE', `"${name}" returns something as "${wrong[0]}" that isn't a tensor.`);
  if (entries.length === 0) {
    throw new AppError(
      'CAPTURE',
      `"${name}" returns nothing.`,
      'Return at least one named tensor, for instance the step.',
    );
  }
  return results;
}

export function requireOwn(owns: (variable: Variable) => boolean, variable: Variable, functionName: string): void {
  if (!owns(variable))
    throw new AppError('CAPTURE', `"${functionName}" uses "${variable.name}", a variable of another program.`);
}

export function noteUpdated(
  updated: Set<Variable>,
  update: Update,
  owns: (variable: Variable) => boolean,
  functionName: string,
): void {
  for (const target of update.targets) {
    requireOwn(owns, target, functionName);
    if (updated.has(target)) {
      throw new AppError(
        'CAPTURE',
        `"${functionName}" updates "${target.name}" twice.`,
        'Compute the new value first and assign it once.',
      );
    }
    updated.add(target);
  }
}

/** Adds the node that reads a variable; returns it and the tensor that stands for its value. */
function addRead(recorder: Recorder, variable: Variable): { tensor: Tensor; node: string } {
  const dtype: AttributeValue = { kind: 'type', value: tfTypeOf(variable.dtype) };
  const node = `${recorder.functionName}/reads/${variable.name}`;
  recorder.know(handleNode(variable));
  return { node, tensor: only(recorder.addOp('ReadVariableOp', [`${handleOf(variable)}:0`], { dtype }, node)) };
}

/** A placeholder and the tensor that stands for it; uint8 is cast to the int32 that tfjs knows. */
function addFeed(recorder: Recorder, spec: FeedSpec, name: string): Tensor {
  const type: AttributeValue = { kind: 'type', value: tfType[spec.dtype] };
  const shape: AttributeValue = { kind: 'shape', value: spec.shape };
  const feed = only(recorder.addOp('Placeholder', [], { dtype: type, shape }, name));
  if (spec.dtype !== 'uint8') return feed;
  const DstT: AttributeValue = { kind: 'type', value: tfType.int32 };
  return only(recorder.addOp('Cast', [`${name}:0`], { SrcT: type, DstT }));
}

function only([tensor]: readonly Tensor[]): Tensor {
  if (!tensor) throw new AppError('INTERNAL', 'An op has no output.');
  return tensor;
}

function addUpdate(
  recorder: Recorder,
  { update, inputs, decrease }: RecordedUpdate,
  reads: ReadonlyMap<Variable, string>,
): string {
  const [first] = update.targets;
  const type: AttributeValue = { kind: 'type', value: tfTypeOf(first?.dtype ?? 'float32') };
  const values = update.op === 'AssignVariableOp' ? inputs.map((input) => addCopy(recorder, input, type)) : inputs;
  const handles = update.targets.map((target) => `${handleOf(target)}:0`);
  const waits = update.targets.flatMap((target) => {
    const read = reads.get(target);
    return read === undefined ? [] : [`^${read}`];
  });
  if (decrease !== undefined) {
    const decreased = recorder.add('AssignSubVariableOp', [handles[0] ?? '', decrease, ...waits], { dtype: type });
    waits.push(`^${decreased}`);
  }
  const typeName = update.op.startsWith('Assign') ? 'dtype' : 'T';
  const attributes = { [typeName]: type, ...explicitAttributes(update.attributes) };
  return recorder.add(update.op, [...handles, ...values, ...waits], attributes);
}

/**
 * Assigning shares the value's memory with the variable, and a fed value's memory is a JavaScript array that its owner
 * may write to, and that must be freed on this thread: so a variable always takes a copy.
 */
function addCopy(recorder: Recorder, input: string, type: AttributeValue): string {
  return `${recorder.add('DeepCopy', [input], { T: type })}:0`;
}
