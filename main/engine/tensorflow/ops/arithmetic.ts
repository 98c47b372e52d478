import { type Tensor, tf } from '../native/load';

/** Element-wise arithmetic with broadcasting; a number counts as a scalar. */
type Operand = Tensor | number;

export const add = (a: Operand, b: Operand): Tensor => tf.add(a, b);
export const sub = (a: Operand, b: Operand): Tensor => tf.sub(a, b);
export const mul = (a: Operand, b: Operand): Tensor => tf.mul(a, b);
export const div = (a: Operand, b: Operand): Tensor => tf.div(a, b);
export const pow = (a: Operand, b: Operand): Tensor => tf.pow(a, b);
export const neg = (x: Tensor): Tensor => tf.neg(x);
export const abs = (x: Tensor): Tensor => tf.abs(x);
export const square = (x: Tensor): Tensor => tf.square(x);
export const sqrt = (x: Tensor): Tensor => tf.sqrt(x);
export const rsqrt = (x: Tensor): Tensor => tf.rsqrt(x);
export const exp = (x: Tensor): Tensor => tf.exp(x);
export const log = (x: Tensor): Tensor => tf.log(x);

/** `x` limited to [low, high]; the gradient is zero where it was limited. */
export const clip = (x: Tensor, low: number, high: number): Tensor => tf.clipByValue(x, low, high);

/** The smaller of two; the gradient goes to that one (to both where they are equal). */
export const minimum = (a: Operand, b: Operand): Tensor => tf.minimum(...sameShape(a, b));

/** The larger of two; the gradient goes to that one (to both where they are equal). */
export const maximum = (a: Operand, b: Operand): Tensor => tf.maximum(...sameShape(a, b));

/** tfjs's gradient of minimum and maximum fails where it has to sum over broadcast axes; that of broadcastTo doesn't. */
function sameShape(a: Operand, b: Operand): [Operand, Operand] {
  if (typeof a === 'number' || typeof b === 'number' || a.shape.join() === b.shape.join()) return [a, b];
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  return [tf.broadcastTo(a, shape), tf.broadcastTo(b, shape)];
}
