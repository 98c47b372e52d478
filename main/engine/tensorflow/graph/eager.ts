import { AppError } from '@shared/errors';
import { type Tensor, backend, tf } from '../native/load';
import type { OpAttribute } from '../native/binding';
import { type FunctionDefinition, checkResults, noteUpdated, requireOwn } from './capture';
import { withContext } from './context';
import type { FunctionContext, Update, Variable } from './types';
import { type HostTensor, tfTypeOf } from './dtypes';
import { type FeedValue, eagerFeed } from './feeds';

/**
 * Runs a function kernel by kernel, without a graph: the reference that captured functions must equal. The rules are
 * the same: reads see old values, and updates happen at the end, by the same TensorFlow kernels.
 */
export function runEagerly(
  definition: FunctionDefinition,
  feeds: Readonly<Record<string, FeedValue>>,
  owns: (variable: Variable) => boolean,
  fetch?: readonly string[],
): Record<string, HostTensor> {
  const values = new Map<Variable, Tensor>();
  const updates: Update[] = [];
  const updated = new Set<Variable>();
  const context: FunctionContext = {
    functionName: definition.name,
    valueOf: (variable) => {
      requireOwn(owns, variable, definition.name);
      let value = values.get(variable);
      if (!value) {
        // Kept, because the first read may happen in a scope that ends before the second.
        value = tf.keep(variable.current());
        values.set(variable, value);
      }
      return value;
    },
    update: (update) => {
      noteUpdated(updated, update, owns, definition.name);
      const keep = (input: Tensor) => tf.keep(input.clone());
      const { decrease } = update;
      updates.push({
        ...update,
        inputs: update.inputs.map(keep),
        ...(decrease ? { decrease: keep(decrease) } : {}),
      });
    },
    bakeIn: () => undefined,
  };
  return tf.tidy('eager', () => {
    try {
      const inputs = Object.fromEntries(
        Object.entries(definition.feeds).map(([name, spec]) => [
          name,
          eagerFeed(definition.name, name, spec, feeds[name]),
        ]),
      );
      const results = withContext(context, () => checkResults(definition.name, definition.body(inputs)));
      const wanted = fetch && fetch.length > 0 ? fetch : Object.keys(results);
      const host = Object.fromEntries(wanted.map((name) => [name, read(named(definition.name, results, name))]));
      for (const update of updates) applyUpdate(update);
      return host as unknown as Tensor;
    } finally {
      for (const value of values.values()) value.dispose();
      for (const { inputs, decrease } of updates) for (const input of [...inputs, decrease]) input?.dispose();
    }
  }) as unknown as Record<string, HostTensor>;
}

function named(functionName: string, results: Record<string, Tensor>, name: string): Tensor {
  const tensor = results[name];
  if (tensor) return tensor;
  throw new AppError(
    'INTERNAL',
    `"${functionName}" has no output "${name}".`,
    `It has ${Object.keys(results).join(', ')}.`,
  );
}

function read(tensor: Tensor): HostTensor {
  const data = tensor.dataSync() as HostTensor['data'];
  return { data: data.slice(), shape: [...tensor.shape], dtype: tensor.dtype as HostTensor['dtype'] };
}

/** Gives TensorFlow's update kernel temporary resource variables, since it takes nothing else. */
function applyUpdate({ op, targets, inputs, attributes, decrease }: Update): void {
  const handles = targets.map(temporaryVariable);
  const [first] = targets;
  if (decrease && first && handles[0]) {
    backend.executeMultipleOutputs('AssignSubVariableOp', [typeAttribute('dtype', first)], [handles[0], decrease], 0);
  }
  const values = op === 'AssignVariableOp' ? inputs.map((input) => deepCopy(input)) : inputs;
  backend.executeMultipleOutputs(op, [...attributes], [...handles, ...values], 0);
  targets.forEach((target, index) => {
    const handle = handles[index];
    if (!handle) return;
    const value = backend.executeSingleOutput('ReadVariableOp', [typeAttribute('dtype', target)], [handle]);
    target.assign(value);
    backend.executeMultipleOutputs('DestroyResourceOp', [], [handle], 0);
  });
}

let temporaries = 0;

function temporaryVariable(variable: Variable): Tensor {
  const { TF_ATTR_STRING, TF_ATTR_SHAPE } = backend.binding;
  const handle = backend.executeSingleOutput(
    'VarHandleOp',
    [
      typeAttribute('dtype', variable),
      { name: 'shape', type: TF_ATTR_SHAPE, value: [...variable.shape] },
      { name: 'shared_name', type: TF_ATTR_STRING, value: `eager/${temporaries++}` },
    ],
    [],
  );
  const value = deepCopy(variable.current());
  backend.executeMultipleOutputs('AssignVariableOp', [typeAttribute('dtype', variable)], [handle, value], 0);
  return handle;
}

function deepCopy(tensor: Tensor): Tensor {
  return backend.executeSingleOutput(
    'DeepCopy',
    [{ name: 'T', type: backend.binding.TF_ATTR_TYPE, value: tfTypeOf(tensor.dtype) }],
    [tensor],
  );
}

function typeAttribute(name: string, variable: Variable): OpAttribute {
  return { name, type: backend.binding.TF_ATTR_TYPE, value: tfTypeOf(variable.dtype) };
}
