import { existsSync, renameSync, rmSync } from 'node:fs';
import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError, asAppError } from '@shared/errors';
import { makeFolder, ownKey } from '../../../files';
import { type CapturedFunction, handleOf } from './capture';
import { type HostTensor, tfTypeOf } from './dtypes';
import { type AttributeValue, type GraphNode, type Signature, encodeSavedModel } from '../../formats/graph-def';
import type { VariableStore } from './store';

/** A protocol-buffer file can't be larger than this. */
const SIZE_LIMIT = 2 ** 31 - 1;

/**
 * Writes captured functions as a SavedModel with the present weights as constants: one file that stock TensorFlow opens
 * without any of Tessera's code. It is written beside the target first, so that the directory appears whole or not at
 * all.
 * @throws UNSUPPORTED for a function that updates variables; CONFLICT if the directory exists; LIMIT above 2 GiB
 */
export function writeSavedModel(
  directory: string,
  signatures: Readonly<Record<string, string>>,
  functions: ReadonlyMap<string, CapturedFunction>,
  store: VariableStore,
): void {
  if (existsSync(directory))
    throw new AppError('CONFLICT', `${directory} exists already.`, 'Choose a new folder.', { field: directory });
  const chosen = [...new Set(Object.values(signatures))].map((name) => exportable(name, functions));
  const used = new Set(chosen.flatMap((captured) => [...captured.reads.keys()].map((variable) => variable.name)));
  const weights = store.read([...used]);
  const constants = store.variables
    .filter((variable) => used.has(variable.name))
    .map((variable) => weightNode(handleOf(variable), weights[variable.name], tfTypeOf(variable.dtype)));
  const nodes = [...constants, ...chosen.flatMap((captured) => withConstants(reachable(captured)))];
  const bytes = encodeSavedModel(
    nodes,
    Object.fromEntries(
      Object.entries(signatures).map(([name, source]) => [name, signatureOf(exportable(source, functions))]),
    ),
  );
  if (bytes.length > SIZE_LIMIT)
    throw new AppError('LIMIT', 'The model is larger than a SavedModel file can be (2 GiB).');
  writeWhole(directory, bytes);
}

function exportable(name: string, functions: ReadonlyMap<string, CapturedFunction>): CapturedFunction {
  const captured = functions.get(name);
  if (!captured) throw new AppError('INTERNAL', `The program has no function "${name}".`);
  if (captured.updates > 0) throw new AppError('UNSUPPORTED', `"${name}" changes variables, so it can't be exported.`);
  return captured;
}

function signatureOf(captured: CapturedFunction): Signature {
  return { inputs: captured.feeds, outputs: captured.outputs };
}

/** The nodes that the outputs and feeds need, in the order they were captured. */
function reachable(captured: CapturedFunction): GraphNode[] {
  const byName = new Map(captured.nodes.map((node) => [node.name, node]));
  const needed = new Set<string>();
  const waiting = [...Object.values(captured.outputs), ...Object.values(captured.feeds)].map((port) => port.name);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const name = next.replace(/^\^/, '').replace(/:\d+$/, '');
    const node = byName.get(name);
    if (!node || needed.has(name)) continue;
    needed.add(name);
    waiting.push(...node.inputs);
  }
  return captured.nodes.filter((node) => needed.has(node.name));
}

/** Reading a variable becomes the identity of its constant, which stands under the name of the handle. */
function withConstants(nodes: readonly GraphNode[]): GraphNode[] {
  return nodes.map((node) => {
    if (node.op !== 'ReadVariableOp') return node;
    const type = node.attributes.dtype;
    return { ...node, op: 'Identity', attributes: type ? { T: type } : {} };
  });
}

function weightNode(name: string, value: HostTensor | undefined, type: number): GraphNode {
  if (!value) throw new AppError('INTERNAL', `The weights of ${name} could not be read.`);
  const all = new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength);
  const tensor: AttributeValue = { kind: 'tensor', value: { type, shape: value.shape, values: { all } } };
  return { name, op: 'Const', inputs: [], attributes: { dtype: { kind: 'type', value: type }, value: tensor } };
}

function writeWhole(directory: string, bytes: Uint8Array): void {
  const temporary = `${directory}.part-${ownKey}`;
  try {
    makeFolder(path.join(temporary, 'variables'));
    const file = openSync(path.join(temporary, 'saved_model.pb'), 'w');
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, directory);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw asAppError(error, { path: directory });
  }
}
