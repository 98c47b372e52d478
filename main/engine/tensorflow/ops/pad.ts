import { type Tensor, tf } from '../native/load';
import { differentiable, kernel, require, requireRank } from './kernel';
import { concat, pad as padZeros, slice, tile } from './shape';

/** Number of pixels added at each side of an image. */
export type Pad = number | { top: number; bottom: number; left: number; right: number };

/** Pads images [N, H, W, C] with zeros. */
export function zeroPad2d(x: Tensor, pad: Pad): Tensor {
  requireRank('zeroPad2d', 'x', x, 4);
  return padZeros(x, paddings(pad));
}

/**
 * Images [N, H, W, C] mirrored at their border pixels, which aren't repeated; each pad is below the side it mirrors.
 */
export function reflectPad2d(x: Tensor, pad: Pad): Tensor {
  requireRank('reflectPad2d', 'x', x, 4);
  requireRoom('reflectPad2d', x, pad, 1);
  return mirrorPad(x, paddings(pad), 'REFLECT');
}

/**
 * Images [N, H, W, C] mirrored at their borders, the border pixels included; each pad is at most the side it mirrors.
 */
export function symmetricPad2d(x: Tensor, pad: Pad): Tensor {
  requireRank('symmetricPad2d', 'x', x, 4);
  requireRoom('symmetricPad2d', x, pad, 0);
  return mirrorPad(x, paddings(pad), 'SYMMETRIC');
}

/** Pads items [N, ...sides, C] with copies of the values at their borders: `ends` says how many before and after, side by side. */
export function edgePad(x: Tensor, ends: readonly (readonly [before: number, after: number])[]): Tensor {
  requireRank('edgePad', 'x', x, ends.length + 2);
  return ends.reduce((padded, [before, after], side) => repeatEnds(padded, side + 1, before, after), x);
}

/** Pads images [N, H, W, C] with copies of their border pixels. */
export function edgePad2d(x: Tensor, pad: Pad): Tensor {
  const { top, bottom, left, right } = sides(pad);
  return edgePad(x, [
    [top, bottom],
    [left, right],
  ]);
}

type Mode = 'REFLECT' | 'SYMMETRIC';

function mirrorPad(x: Tensor, amounts: [number, number][], mode: Mode): Tensor {
  return differentiable('mirrorPad', [x], () => kernel('MirrorPad', [x, amountsTensor(amounts)], { mode }), [
    (dy) => mirrorPadGradient(dy, amounts, mode),
  ]);
}

/** Folds the mirrored parts back, adding them up. */
function mirrorPadGradient(dy: Tensor, amounts: [number, number][], mode: Mode): Tensor {
  return differentiable(
    'mirrorPadGradient',
    [dy],
    () => kernel('MirrorPadGrad', [dy, amountsTensor(amounts)], { mode }),
    [(dx) => mirrorPad(dx, amounts, mode)],
  );
}

function amountsTensor(amounts: [number, number][]): Tensor {
  return tf.tensor2d(amounts, [4, 2], 'int32');
}

function requireRoom(op: string, x: Tensor, pad: Pad, less: number): void {
  const { top, bottom, left, right } = sides(pad);
  const [, height = 0, width = 0] = x.shape;
  require(Math.max(top, bottom) <= height - less && Math.max(left, right) <= width - less, op, () =>
    `can't mirror ${JSON.stringify(pad)} of [${x.shape.join(', ')}]`);
}

function repeatEnds(x: Tensor, axis: number, before: number, after: number): Tensor {
  const side = x.shape[axis] ?? 0;
  const repeated = (position: number, count: number) => {
    const begin = x.shape.map((_, index) => (index === axis ? position : 0));
    const size = x.shape.map((length, index) => (index === axis ? 1 : length));
    return tile(
      slice(x, begin, size),
      x.shape.map((_, index) => (index === axis ? count : 1)),
    );
  };
  const parts = [...(before > 0 ? [repeated(0, before)] : []), x, ...(after > 0 ? [repeated(side - 1, after)] : [])];
  return parts.length === 1 ? x : concat(parts, axis);
}

function sides(pad: Pad) {
  return typeof pad === 'number' ? { top: pad, bottom: pad, left: pad, right: pad } : pad;
}

function paddings(pad: Pad): [number, number][] {
  const { top, bottom, left, right } = sides(pad);
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
