import { AppError } from '@shared/errors';
import { type Tensor, backend, tf } from '../native/load';
import { needsTensorflow } from '../portable/needs-tensorflow';
import { forAnyBatch } from './any-batch';
import { type CapturedFunction, type FeedSpec, type FunctionDefinition, captureFunction } from './capture';
import { currentContext } from './context';
import { type HostArray, type HostTensor, type VariableType, sizeOf } from './dtypes';
import { runEagerly } from './eager';
import type { FeedValue } from './feeds';
import { type Initialiser, initialValue } from './initial';
import { runFunction } from './run';
import { writeSavedModel } from './saved-model';
import { type Session, openSession } from './session';
import { VariableStore } from './store';
import { SessionVariable } from './variable';
import type { Variable } from './types';

export interface VariableSpec {
  shape: readonly number[];
  dtype?: VariableType;
  /** Zeros if left out. */
  initialiser?: Initialiser;
}

/** The source of an export's signature: a function, or the same function at two batch sizes. */
type SignatureSource = string | readonly [string, string];

/** One function of a program, bound to its name. */
export interface ProgramFunction<Feeds extends string = string, Outputs extends string = string> {
  readonly name: string;
  run(feeds: Readonly<Record<Feeds, FeedValue>>, fetch?: readonly Outputs[]): Record<Outputs, HostTensor>;
  runEagerly(feeds: Readonly<Record<Feeds, FeedValue>>): Record<Outputs, HostTensor>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*(\/[A-Za-z0-9_.-]+)*$/;

/**
 * A set of named functions over shared variables, each run as one TensorFlow graph call.
 *
 * Functions are captured when the program first runs (or at `compile`). Functions and variables may still be added
 * afterwards; the session is then opened anew and the variables keep their values. On the portable engine, which has no
 * graphs, every run is an eager one.
 */
export class Program {
  readonly #seed: number;
  readonly #store = new VariableStore();
  readonly #definitions = new Map<string, FunctionDefinition>();
  readonly #captured = new Map<string, CapturedFunction>();
  readonly #made = new Map<string, unknown>();
  readonly #owns = (variable: Variable) => variable.belongsTo(this.#store);
  #session: Session | undefined;
  #disposed = false;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** All variables, in the order of their creation. */
  get variables(): readonly Variable[] {
    return this.#store.variables;
  }

  get trainable(): readonly Variable[] {
    return this.variables.filter((variable) => variable.trainable);
  }

  /**
   * Adds a variable. An initial tensor is copied and stays the caller's. An initialiser draws from the program's seed
   * and the variable's name, so a value doesn't depend on the order of creation. `learningRate` is a factor on the
   * optimizer's.
   */
  variable(
    name: string,
    initial: Tensor | VariableSpec,
    { trainable = true, learningRate = 1 }: { trainable?: boolean; learningRate?: number } = {},
  ): Variable {
    this.#requireOpen();
    const running = currentContext();
    if (running) {
      throw new AppError(
        'CAPTURE',
        `"${name}" can't be added while "${running.functionName}" runs.`,
        'Create variables before the functions that use them.',
      );
    }
    if (!NAME.test(name)) throw new AppError('INTERNAL', `"${name}" can't be the name of a variable.`);
    if (this.#store.has(name)) throw new AppError('INTERNAL', `The program already has a variable "${name}".`);
    const { shape, dtype = 'float32' } = initial;
    if (dtype !== 'float32' && dtype !== 'int32')
      throw new AppError('INTERNAL', `The variable "${name}" is ${dtype}; only float32 and int32 are supported.`);
    const variable = new SessionVariable(this.#store, name, [...shape], dtype, trainable, learningRate);
    this.#closeSession();
    const first =
      initial instanceof tf.Tensor
        ? copyOf(initial)
        : () => initialValue(this.#seed, name, shape, dtype, initial.initialiser);
    this.#store.add(variable, first);
    return variable;
  }

  /**
   * Adds a function: ordinary code over ops, variables and the tensors that will be fed. It is called once or more,
   * with stand-ins, and must do the same each time. A `uint8` feed arrives in it as int32, 0 to 255.
   */
  define<Feeds extends string, Outputs extends string>(
    name: string,
    spec: { feeds: Readonly<Record<Feeds, FeedSpec>> },
    body: (feeds: Record<Feeds, Tensor>) => Record<Outputs, Tensor>,
  ): ProgramFunction<Feeds, Outputs> {
    this.#requireOpen();
    if (!NAME.test(name)) throw new AppError('INTERNAL', `"${name}" can't be the name of a function.`);
    if (this.#definitions.has(name)) throw new AppError('INTERNAL', `The program already has a function "${name}".`);
    this.#definitions.set(name, { name, feeds: spec.feeds, body: body as FunctionDefinition['body'] });
    return {
      name,
      run: (feeds, fetch) => this.run(name, feeds, fetch) as Record<Outputs, HostTensor>,
      runEagerly: (feeds) => this.runEagerly(name, feeds) as Record<Outputs, HostTensor>,
    };
  }

  /**
   * Takes a function out of the program: its graph goes with the session, which the next call opens without it. The
   * name is free again.
   */
  drop(name: string): void {
    this.#requireOpen();
    this.#definitions.delete(this.#definition(name).name);
    if (this.#captured.delete(name)) this.#closeSession();
  }

  /**
   * What belongs to this program and is made when it is first asked for: functions, tables of its own weights.
   * @param key names all that it depends on besides the program: `evaluate/64`
   */
  once<T>(key: string, make: () => T): T {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as T;
  }

  /** Captures all defined functions and opens the session. Costs about one eager run of each new function. */
  compile(): void {
    this.#open();
  }

  /**
   * Runs a function as one graph call.
   * @param feeds one value for each declared feed; arrays may be reused when this returns
   * @param fetch the outputs to copy back, all if left out. Updates happen in any case
   * @throws BAD_REQUEST naming a feed of wrong type or size; CAPTURE for a function that can't be a graph
   */
  run(name: string, feeds: Readonly<Record<string, FeedValue>>, fetch?: readonly string[]): Record<string, HostTensor> {
    const definition = this.#definition(name);
    if (backend.kind === 'portable') {
      this.#store.draw();
      return runEagerly(definition, feeds, this.#owns, fetch);
    }
    if (!this.#session || !this.#captured.has(name)) this.#open();
    const captured = this.#captured.get(name);
    if (!this.#session || !captured) throw new AppError('INTERNAL', `"${name}" was not captured.`);
    return runFunction(this.#session, definition, captured, feeds, fetch);
  }

  /** Runs the same function kernel by kernel: slower, with equal results. For tests, and for debugging a function. */
  runEagerly(name: string, feeds: Readonly<Record<string, FeedValue>>): Record<string, HostTensor> {
    this.#requireOpen();
    this.#store.draw();
    return runEagerly(this.#definition(name), feeds, this.#owns);
  }

  /**
   * Runs `body` once as a function of the program, with stand-ins that have shapes but no values: nothing is computed,
   * and no variable needs a value. Returns the result of `body`, whose tensors are gone by then. On the portable
   * engine, which can't do that, it runs on zeros.
   * @throws CAPTURE for what can't be a graph
   */
  rehearse<Feeds extends string, T>(
    feeds: Readonly<Record<Feeds, FeedSpec>>,
    body: (feeds: Record<Feeds, Tensor>) => T,
  ): T {
    this.#requireOpen();
    const found: T[] = [];
    const definition: FunctionDefinition = {
      name: 'rehearsal',
      feeds,
      body: (standIns) => {
        found.push(body(standIns));
        return { done: tf.scalar(1) };
      },
    };
    if (backend.kind === 'portable') {
      this.#store.draw();
      runEagerly(definition, zerosFor(feeds), this.#owns);
    } else captureFunction(definition, this.#owns);
    return found[0] as T;
  }

  /** Values of the named variables (all if left out), in one call. */
  read(names?: readonly string[]): Record<string, HostTensor> {
    this.#requireOpen();
    return this.#store.read(names);
  }

  /**
   * Sets variables by name, in one call.
   * @throws BAD_REQUEST naming the variable for an unknown name, a wrong type or number of values; nothing is changed
   *   then
   */
  load(values: Readonly<Record<string, HostArray | HostTensor>>): void {
    this.#requireOpen();
    this.#store.load(values);
  }

  /**
   * Writes functions with their present weights as a SavedModel that any TensorFlow opens:
   * `tf.saved_model.load(directory).signatures['decode'](codes=…)`. The directory must not exist yet. Two functions
   * that differ in the batch size only become one signature for any batch size.
   */
  writeSavedModel(directory: string, signatures: readonly string[] | Readonly<Record<string, SignatureSource>>): void {
    const named: Record<string, SignatureSource> = isList(signatures)
      ? Object.fromEntries(signatures.map((name) => [name, name]))
      : { ...signatures };
    for (const name of Object.values(named).flat()) this.#definition(name);
    if (backend.kind === 'portable') throw needsTensorflow('Writing a SavedModel');
    this.#open();
    const functions = Object.entries(named).map(([name, source]) => {
      const [one, other] = [source].flat().map((part) => this.#captured.get(part));
      if (!one) throw new AppError('INTERNAL', `"${name}" was not captured.`);
      return [name, other ? forAnyBatch(one, other) : one] as const;
    });
    const all = new Map(functions);
    writeSavedModel(directory, Object.fromEntries(functions.map(([name]) => [name, name])), all, this.#store);
  }

  /** Frees the session and all variables. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#made.clear();
    this.#store.dispose();
    this.#session?.close();
    this.#session = undefined;
  }

  #open(): void {
    this.#requireOpen();
    if (backend.kind === 'portable') return;
    const missing = [...this.#definitions.values()].filter(({ name }) => !this.#captured.has(name));
    if (this.#session && missing.length === 0) return;
    for (const definition of missing) this.#captured.set(definition.name, captureFunction(definition, this.#owns));
    this.#closeSession();
    this.#session = openSession([...this.#captured.values()], this.variables);
    this.#store.moveInto(this.#session);
  }

  /** Takes the variables' values back out of the session, so that a larger session can be opened. */
  #closeSession(): void {
    if (!this.#session) return;
    this.#store.moveOut();
    this.#session.close();
    this.#session = undefined;
  }

  #definition(name: string): FunctionDefinition {
    const definition = this.#definitions.get(name);
    if (!definition) throw new AppError('INTERNAL', `The program has no function "${name}".`);
    return definition;
  }

  #requireOpen(): void {
    if (this.#disposed) throw new AppError('INTERNAL', 'The program has been disposed of.');
  }
}

export function createProgram(options: { seed?: number } = {}): Program {
  return new Program(options.seed ?? 0);
}

/**
 * Copies a tensor into fresh memory: a capture identifies tensors by their memory, so no two variables may share it.
 */
function copyOf(tensor: Tensor): Tensor {
  return tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype);
}

function zerosFor(feeds: Readonly<Record<string, FeedSpec>>): Record<string, FeedValue> {
  const zeros = ({ shape }: FeedSpec) => Array.from<number>({ length: sizeOf(shape) }).fill(0);
  return Object.fromEntries(Object.entries(feeds).map(([name, spec]) => [name, zeros(spec)]));
}

function isList(signatures: readonly string[] | object): signatures is readonly string[] {
  return Array.isArray(signatures);
}
