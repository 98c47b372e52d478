import type { Tensor } from '@tensorflow/tfjs';
import type { NativeBackend, NativeBinding, OpAttribute } from '../native/binding';
import type { Tfjs } from '../native/tfjs';
import { portableKernels } from './kernels';
import { needsTensorflow } from './needs-tensorflow';

/** The numbers that tfjs-node's binding gives the kinds of attributes; any different ones would do. */
const attributeKinds = {
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
};

/** The backend that ops see, over tfjs. Everything that makes or runs a graph throws UNSUPPORTED. */
export function portableBackend(tf: Tfjs): NativeBackend {
  const kernels = portableKernels(tf);
  const tfjs = tf.backend() as unknown as Pick<NativeBackend, 'read' | 'readSync' | 'write' | 'move'>;
  const run: NativeBackend['executeMultipleOutputs'] = (op, attributes, inputs) => {
    const kernel = kernels[op];
    if (!kernel) throw needsTensorflow(`The operation ${op}`);
    return [kernel(inputs as Tensor[], byName(attributes))].flat();
  };
  const noGraphs = (): never => {
    throw needsTensorflow('A graph');
  };
  return {
    kind: 'portable',
    isUsingGpuDevice: false,
    binding: new Proxy({ TF_Version: '', ...attributeKinds } as unknown as NativeBinding, {
      get: (known, name, receiver) => (name in known ? (Reflect.get(known, name, receiver) as unknown) : noGraphs),
    }),
    executeSingleOutput: (op, attributes, inputs) => run(op, attributes, inputs, 1)[0]!,
    executeMultipleOutputs: run,
    readSync: (dataId) => tfjs.readSync(dataId),
    read: (dataId) => tfjs.read(dataId),
    write: (values, shape, dtype) => tfjs.write(values, shape, dtype),
    move: (dataId, values, shape, dtype, count) => tfjs.move(dataId, values, shape, dtype, count),
    getInputTensorIds: noGraphs,
    createOutputTensor: noGraphs,
  };
}

function byName(attributes: readonly OpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
}
