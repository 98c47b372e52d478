import { type Tensor, backend, tf } from '../native/load';
import { type VariableType, tfType } from './dtypes';

/** Draws a variable's initial value; `seed` is an int32 pair, different for every variable. */
export type Initialiser = (shape: readonly number[], dtype: VariableType, seed: readonly [number, number]) => Tensor;

export function initialValue(
  seed: number,
  name: string,
  shape: readonly number[],
  dtype: VariableType,
  initialiser?: Initialiser,
): Tensor {
  return tf.tidy(() => (initialiser ? initialiser(shape, dtype, [seed | 0, hash(name)]) : tf.zeros([...shape], dtype)));
}

/** TensorFlow's stateless draws: the same seed gives the same values on every machine of one kind. */
export function statelessDraw(
  op: 'StatelessRandomUniform' | 'StatelessTruncatedNormal' | 'StatelessRandomNormal',
  shape: readonly number[],
  seed: readonly [number, number],
): Tensor {
  const type = backend.binding.TF_ATTR_TYPE;
  const attributes = [
    { name: 'dtype', type, value: tfType.float32 },
    { name: 'T', type, value: tfType.int32 },
    { name: 'Tseed', type, value: tfType.int32 },
  ];
  return backend.executeSingleOutput(op, attributes, [
    tf.tensor1d([...shape], 'int32'),
    tf.tensor1d([...seed], 'int32'),
  ]);
}

/** FNV-1a over the name's UTF-16 units, as a signed 32-bit number. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}
