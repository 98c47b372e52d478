import { AppError } from '@shared/errors';
import { type Tensor, backend, tf } from '../native/load';
import { type HostArray, type HostTensor, sizeOf } from './dtypes';
import { type NativeFeed, hostTensor, nativeFeed } from './feeds';
import { type Session, variablePorts } from './session';
import type { Variable, VariableHome } from './types';

/**
 * Holds the variables' values: as eager tensors until a session is opened, in the session from then on (never in both,
 * so that weights are in memory once). Initial values are drawn when one is first asked for, so a program that is only
 * measured draws none.
 */
export class VariableStore implements VariableHome {
  readonly #variables = new Map<string, Variable>();
  readonly #eager = new Map<Variable, Tensor>();
  readonly #undrawn = new Map<Variable, () => Tensor>();
  #session: Session | undefined;

  get variables(): readonly Variable[] {
    return [...this.#variables.values()];
  }

  has(name: string): boolean {
    return this.#variables.has(name);
  }

  /** Takes ownership of the tensor, or of the one that its initialiser makes when it is needed. */
  add(variable: Variable, value: Tensor | (() => Tensor)): void {
    this.#variables.set(variable.name, variable);
    if (typeof value === 'function') this.#undrawn.set(variable, value);
    else this.#eager.set(variable, tf.keep(value));
  }

  /**
   * Draws all initial values that were not asked for yet, before a function runs in which the draws would be recorded.
   */
  draw(): void {
    for (const variable of [...this.#undrawn.keys()]) this.#eagerValue(variable);
  }

  fetch(variable: Variable): Tensor {
    if (!this.#session) return this.#eagerValue(variable).clone();
    const [metadata] = this.#session.run([], '', variablePorts.read(variable));
    if (!metadata) throw new AppError('INTERNAL', `"${variable.name}" could not be read.`);
    return backend.createOutputTensor(metadata);
  }

  store(variable: Variable, value: Tensor): void {
    if (this.#session) {
      const feed = nativeFeed('assign', variable.name, variable, value);
      storeAll(this.#session, [variable], [feed]);
      return;
    }
    const same = value.dtype === variable.dtype && value.shape.join() === variable.shape.join();
    if (!same)
      throw new AppError('BAD_REQUEST', `"${variable.name}" is ${variable.dtype} [${variable.shape.join(', ')}].`, '', {
        field: variable.name,
      });
    this.#undrawn.delete(variable);
    this.#eager.get(variable)?.dispose();
    this.#eager.set(variable, tf.keep(value.clone()));
  }

  read(names: readonly string[] = [...this.#variables.keys()]): Record<string, HostTensor> {
    const wanted = names.map((name) => this.#named(name));
    if (wanted.length === 0) return {};
    if (!this.#session) {
      return Object.fromEntries(
        wanted.map((variable) => [variable.name, hostCopy(variable, this.#eagerValue(variable))]),
      );
    }
    const fetched = this.#session.run([], '', wanted.map(variablePorts.read).join(','));
    try {
      return Object.fromEntries(fetched.map((metadata, index) => [wanted[index]?.name ?? '', hostTensor(metadata)]));
    } finally {
      for (const { id } of fetched) backend.binding.deleteTensor(id);
    }
  }

  load(values: Readonly<Record<string, HostArray | HostTensor>>): void {
    const entries = Object.entries(values).map(([name, value]) => {
      const variable = this.#named(name);
      return { variable, array: checkedArray(variable, value) };
    });
    if (entries.length === 0) return;
    if (!this.#session) {
      for (const { variable, array } of entries) {
        const value = tf.tensor(array.slice(), [...variable.shape], variable.dtype);
        this.store(variable, value);
        value.dispose();
      }
      return;
    }
    const feeds = entries.map(({ variable, array }) => nativeFeed('load', variable.name, variable, array));
    storeAll(
      this.#session,
      entries.map(({ variable }) => variable),
      feeds,
    );
  }

  moveInto(session: Session): void {
    const variables = this.variables;
    if (variables.length > 0) {
      const values = variables.map((variable) => this.#eagerValue(variable));
      const ids = backend.getInputTensorIds(values);
      storeAll(
        session,
        variables,
        ids.map((id) => ({ id, owned: false })),
      );
      for (const value of values) value.dispose();
    }
    this.#eager.clear();
    this.#session = session;
  }

  /** Reads all in one call, because TensorFlow prepares the graph anew for every new set of outputs. */
  moveOut(): void {
    const variables = this.variables;
    const found =
      this.#session && variables.length > 0
        ? this.#session.run([], '', variables.map(variablePorts.read).join(','))
        : [];
    found.forEach((metadata, at) => {
      const variable = variables[at];
      if (variable) this.#eager.set(variable, tf.keep(backend.createOutputTensor(metadata)));
    });
    this.#session = undefined;
  }

  dispose(): void {
    for (const value of this.#eager.values()) value.dispose();
    this.#eager.clear();
    this.#undrawn.clear();
    this.#session = undefined;
  }

  #named(name: string): Variable {
    const variable = this.#variables.get(name);
    if (variable) return variable;
    throw new AppError(
      'BAD_REQUEST',
      `There is no variable "${name}" in this model.`,
      'The values belong to another model.',
      { field: name },
    );
  }

  #eagerValue(variable: Variable): Tensor {
    const draw = this.#undrawn.get(variable);
    if (draw) {
      this.#undrawn.delete(variable);
      this.#eager.set(variable, tf.keep(draw()));
    }
    const value = this.#eager.get(variable);
    if (!value)
      throw new AppError('INTERNAL', `The variable "${variable.name}" has no value; its program is disposed of.`);
    return value;
  }
}

function storeAll(session: Session, variables: readonly Variable[], feeds: readonly NativeFeed[]): void {
  try {
    const done = session.run(
      feeds.map((feed) => feed.id),
      variables.map(variablePorts.value).join(','),
      variables.map(variablePorts.stored).join(','),
    );
    for (const { id } of done) backend.binding.deleteTensor(id);
  } finally {
    for (const { id, owned } of feeds) if (owned) backend.binding.deleteTensor(id);
  }
}

function checkedArray(variable: Variable, value: HostArray | HostTensor): HostArray {
  const array = 'data' in value ? value.data : value;
  const kind = variable.dtype === 'float32' ? Float32Array : Int32Array;
  const expected = sizeOf(variable.shape);
  const shapeFits = !('data' in value) || value.shape.join() === variable.shape.join();
  if (array instanceof kind && array.length === expected && shapeFits) return array;
  throw new AppError(
    'BAD_REQUEST',
    `"${variable.name}" is ${variable.dtype} [${variable.shape.join(', ')}] (${expected} values), not ${array.constructor.name} of ${array.length}.`,
    '',
    { field: variable.name },
  );
}

function hostCopy(variable: Variable, tensor: Tensor): HostTensor {
  return { data: (tensor.dataSync() as HostArray).slice(), shape: [...variable.shape], dtype: variable.dtype };
}
