import { type Tensor, tf } from '../native/load';
import { reshape, sum } from './broadcast';
import { differentiable, tapedParts } from './kernel';

/** Ops that rearrange values without computing. Any order of gradient. */

/** Axis `permutation[i]` becomes axis i; by default in reverse. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const to = permutation ?? x.shape.map((_, axis) => x.rank - 1 - axis);
  const back = to.map((_, axis) => to.indexOf(axis));
  return differentiable('transpose', [x], () => tf.transpose(x, [...to]), [(dy) => transpose(dy, back)]);
}

export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const along = parts.map((part) => part.shape.at(axis) ?? 0);
  const starts = along.map((_, index) => along.slice(0, index).reduce((total, side) => total + side, 0));
  return differentiable(
    'concat',
    parts,
    () => tf.concat([...parts], axis),
    parts.map((part, index) => (dy: Tensor) => {
      const begin = part.shape.map((_, each) => (each === positive(axis, part) ? (starts[index] ?? 0) : 0));
      return slice(dy, begin, part.shape);
    }),
  );
}

/** Stacks tensors of one shape along a new axis. */
export function stack(parts: readonly Tensor[], axis = 0): Tensor {
  return concat(
    parts.map((part) => expandDims(part, axis)),
    axis,
  );
}

/** The slices along an axis, without it. */
export function unstack(x: Tensor, axis = 0): Tensor[] {
  return split(x, x.shape.at(axis) ?? 0, axis).map((part) => squeeze(part, [axis]));
}

/** Cuts into equal parts, or into parts of the given sizes. */
export function split(x: Tensor, parts: number | readonly number[], axis = 0): Tensor[] {
  return tapedParts('split', [x], () => tf.split(x, typeof parts === 'number' ? parts : [...parts], axis), [
    (dys, ys) =>
      concat(
        ys.map((y, index) => dys[index] ?? tf.zeros(y.shape)),
        axis,
      ),
  ]);
}

/** The block that starts at `begin` and has `size` (-1: to the end). */
export function slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
  return differentiable('slice', [x], () => tf.slice(x, [...begin], [...size]), [
    (dy) =>
      pad(
        dy,
        x.shape.map((side, axis) => {
          const before = begin[axis] ?? 0;
          return [before, side - before - (dy.shape[axis] ?? 0)];
        }),
      ),
  ]);
}

/** Pads with zeros before and after, per axis. */
export function pad(x: Tensor, amounts: readonly (readonly [number, number])[]): Tensor {
  return differentiable(
    'pad',
    [x],
    () =>
      tf.pad(
        x,
        amounts.map(([before, after]) => [before, after]),
      ),
    [
      (dy) =>
        slice(
          dy,
          amounts.map(([before]) => before),
          x.shape,
        ),
    ],
  );
}

/** Drops the axes of length 1, or only those named. */
export function squeeze(x: Tensor, axis?: readonly number[]): Tensor {
  return differentiable('squeeze', [x], () => tf.squeeze(x, axis ? [...axis] : undefined), [
    (dy) => reshape(dy, x.shape),
  ]);
}

export function expandDims(x: Tensor, axis: number): Tensor {
  return differentiable('expandDims', [x], () => tf.expandDims(x, axis), [(dy) => reshape(dy, x.shape)]);
}

/** `repeats[i]` copies along axis i. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  return differentiable('tile', [x], () => tf.tile(x, [...repeats]), [
    (dy) => {
      const copies = x.shape.flatMap((side, axis) => [repeats[axis] ?? 1, side]);
      return sum(
        reshape(dy, copies),
        x.shape.map((_, axis) => 2 * axis),
      );
    },
  ]);
}

/** Reverses the order along the named axes. */
export function reverse(x: Tensor, axes: readonly number[]): Tensor {
  return differentiable('reverse', [x], () => tf.reverse(x, [...axes]), [(dy) => reverse(dy, axes)]);
}

function positive(axis: number, { rank }: Tensor): number {
  return axis < 0 ? axis + rank : axis;
}
