import type { Tensor } from '../native/load';
import { differentiable, int32, kernel, requireRank } from './kernel';

/** Means of size × size blocks of images [N, H, W, C], `size` apart; the rest at the border is dropped. */
export function averagePool2d(x: Tensor, size: number): Tensor {
  requireRank('averagePool2d', 'x', x, 4);
  const attributes = { ksize: [1, size, size, 1], strides: [1, size, size, 1], padding: 'VALID' };
  return differentiable(
    [x],
    () => ({ value: kernel('AvgPool', [x], attributes), saved: [] }),
    (dy) => kernel('AvgPoolGrad', [int32(x.shape), dy], attributes),
  );
}
