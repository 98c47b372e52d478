import { AppError } from '@shared/errors';
import { type Tensor, type TensorInfo, backend, tf } from '../native/load';
import type { NativeBackend, OpAttribute } from '../native/binding';
import type { Recorder } from './recorder';

/** tfjs ops that draw from a generator in JavaScript: the draw would be baked in and repeat in every call. */
const RANDOM_OPS = /^(random|truncatedNormal|multinomial|dropout|rand)/;

/**
 * Runs `body` with every kernel call of tfjs-node going to the recorder instead of TensorFlow, and refuses what a graph
 * can't hold: reading values, randomness from JavaScript, promises.
 */
export function recording<T>(recorder: Recorder, body: () => T): T {
  const write = backend.write.bind(backend);
  let refusal: AppError | undefined;
  const refuse = (message: string, hint: string): never => {
    refusal = new AppError('CAPTURE', message, hint);
    throw refusal;
  };
  const refuseReading = (dataId: object): never =>
    refuse(
      `"${recorder.functionName}" reads the values of ${recorder.describe(dataId)} while it is captured.`,
      'Return the tensor and read it from what run() gives back; what depends on values is where() or a feed.',
    );

  const hooks: Partial<NativeBackend> = {
    executeSingleOutput: (op: string, attributes: OpAttribute[], inputs: TensorInfo[]): Tensor =>
      recorder.record(op, attributes, inputs)[0]!,
    executeMultipleOutputs: (op, attributes, inputs) => recorder.record(op, attributes, inputs),
    write: (values, shape, dtype) => {
      const dataId = write(values, shape, dtype);
      recorder.noteMadeInside(dataId);
      return dataId;
    },
    readSync: refuseReading,
    read: refuseReading,
  };
  const engine = tf.engine() as unknown as { startScope(name?: string): void };
  const startScope = engine.startScope.bind(engine);
  const refuseRandom = (name: string): never =>
    refuse(
      `"${recorder.functionName}" calls ${name}, whose values would be baked in.`,
      'Use random.* of the ops with a seed that is fed.',
    );
  const mathRandom = Math.random;

  Object.assign(backend, hooks);
  engine.startScope = (name) => {
    if (name !== undefined && RANDOM_OPS.test(name)) refuseRandom(`tf.${name}`);
    startScope(name);
  };
  Math.random = () => refuseRandom('Math.random');
  try {
    const result = body();
    // A refusal counts even if it was caught, or became a rejected promise that nobody awaits.
    if (refusal) throw refusal;
    return result;
  } finally {
    Math.random = mathRandom;
    delete (engine as Partial<typeof engine>).startScope;
    for (const name of Object.keys(hooks)) delete (backend as unknown as Record<string, unknown>)[name];
  }
}
