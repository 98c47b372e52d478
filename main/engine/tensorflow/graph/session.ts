import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { backend } from '../native/load';
import type { TensorMetadata } from '../native/binding';
import { type CapturedFunction, handleNode, handleOf } from './capture';
import { tfTypeOf } from './dtypes';
import { type AttributeValue, type GraphNode, encodeSavedModel } from '../../formats/graph-def';
import type { Variable } from './types';

/** A TensorFlow session: the graphs of all captured functions and the variables they share. */
export interface Session {
  /** Runs one graph call. The caller owns inputs and outputs, which are native tensor ids, and must delete both. */
  run(inputIds: number[], inputNames: string, outputNames: string): TensorMetadata[];
  close(): void;
}

/** Names of the nodes that every session has for a variable. */
export const variablePorts = {
  read: (variable: Variable) => `ports/read/${variable.name}:0`,
  value: (variable: Variable) => `ports/value/${variable.name}:0`,
  stored: (variable: Variable) => `ports/stored/${variable.name}:0`,
};

/**
 * Opens a session over captured functions. The binding's one way in is a SavedModel on disk, so the graph goes through
 * a temporary folder that is gone when this returns. Variables have no value yet: store all of them first.
 */
export function openSession(functions: readonly CapturedFunction[], variables: readonly Variable[]): Session {
  const nodes = [...variables.flatMap(variableNodes), ...functions.flatMap((captured) => captured.nodes)];
  const id = loadGraph(encodeSavedModel(nodes));
  return {
    run: (inputIds, inputNames, outputNames) => backend.binding.runSavedModel(id, inputIds, inputNames, outputNames),
    close: () => backend.binding.deleteSavedModel(id),
  };
}

function loadGraph(savedModel: Uint8Array): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-graph-'));
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), savedModel);
    return backend.binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function variableNodes(variable: Variable): GraphNode[] {
  const dtype: AttributeValue = { kind: 'type', value: tfTypeOf(variable.dtype) };
  const shape: AttributeValue = { kind: 'shape', value: variable.shape };
  const handle = handleOf(variable);
  const node = (port: string) => port.slice(0, -2);
  const value = variablePorts.value(variable);
  const stored = node(variablePorts.stored(variable));
  return [
    handleNode(variable),
    { name: node(variablePorts.read(variable)), op: 'ReadVariableOp', inputs: [`${handle}:0`], attributes: { dtype } },
    { name: node(value), op: 'Placeholder', inputs: [], attributes: { dtype, shape } },
    { name: `${stored}/copy`, op: 'DeepCopy', inputs: [value], attributes: { T: dtype } },
    {
      name: `${stored}/assign`,
      op: 'AssignVariableOp',
      inputs: [`${handle}:0`, `${stored}/copy:0`],
      attributes: { dtype },
    },
    {
      name: stored,
      op: 'Const',
      inputs: [`^${stored}/assign`],
      attributes: {
        dtype: { kind: 'type', value: 3 },
        value: { kind: 'tensor', value: { type: 3, shape: [], values: { fill: 1 } } },
      },
    },
  ];
}
