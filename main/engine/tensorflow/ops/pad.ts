import { type Tensor, tf } from '../native/load';
import { differentiable, kernel, require, requireRank } from './kernel';

/** Pixels added at the sides of images. */
export type Pad = number | { top: number; bottom: number; left: number; right: number };

/** Zeros around images [N, H, W, C]. */
export function zeroPad2d(x: Tensor, pad: Pad): Tensor {
  requireRank('zeroPad2d', 'x', x, 4);
  return tf.pad(x, paddings(pad));
}

/** Images [N, H, W, C] mirrored at their border pixels, which aren't repeated; each pad is below the side it mirrors. */
export function reflectPad2d(x: Tensor, pad: Pad): Tensor {
  requireRank('reflectPad2d', 'x', x, 4);
  const { top, bottom, left, right } = sides(pad);
  const [, height = 0, width = 0] = x.shape;
  require(Math.max(top, bottom) < height && Math.max(left, right) < width, 'reflectPad2d', () =>
    `can't mirror ${JSON.stringify(pad)} of [${x.shape.join(', ')}]`);
  // tfjs's gradient of mirrorPad forgets the mirrored part.
  const amounts = tf.tensor2d(paddings(pad), [4, 2], 'int32');
  return differentiable(
    [x],
    () => ({ value: kernel('MirrorPad', [x, amounts], { mode: 'REFLECT' }), saved: [amounts] }),
    (dy, saved) => kernel('MirrorPadGrad', [dy, ...saved], { mode: 'REFLECT' }),
  );
}

/** Images [N, H, W, C] continued with their border pixels. */
export function edgePad2d(x: Tensor, pad: Pad): Tensor {
  requireRank('edgePad2d', 'x', x, 4);
  const { top, bottom, left, right } = sides(pad);
  return repeatEnds(repeatEnds(x, 1, top, bottom), 2, left, right);
}

function repeatEnds(x: Tensor, axis: number, before: number, after: number): Tensor {
  const side = x.shape[axis] ?? 0;
  const repeated = (position: number, count: number) => {
    const begin = x.shape.map((_, index) => (index === axis ? position : 0));
    const size = x.shape.map((length, index) => (index === axis ? 1 : length));
    return tf.tile(
      tf.slice(x, begin, size),
      x.shape.map((_, index) => (index === axis ? count : 1)),
    );
  };
  const parts = [...(before > 0 ? [repeated(0, before)] : []), x, ...(after > 0 ? [repeated(side - 1, after)] : [])];
  return parts.length === 1 ? x : tf.concat(parts, axis);
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
