import type { Tensor } from '../native/load';
import { differentiable, int32, kernel, requireRank } from './kernel';

export interface ResizeOptions {
  /**
   * Which place of the input a pixel of the result samples. `half-pixel` (the default) aligns by pixel centres, as
   * PyTorch and Pillow do; `corners` keeps the outer pixels' centres where they are; `legacy` aligns by upper left
   * corners, as TensorFlow 1 did.
   */
  alignment?: 'half-pixel' | 'corners' | 'legacy';
}

type Size = readonly [height: number, width: number];

/** Resizes images [N, H, W, C] by the nearest pixel. Any order of gradient. */
export function resizeNearest(x: Tensor, size: Size, options: ResizeOptions = {}): Tensor {
  requireRank('resizeNearest', 'x', x, 4);
  const [, height = 0, width = 0] = x.shape;
  return differentiable(
    'resizeNearest',
    [x],
    () => kernel('ResizeNearestNeighbor', [x, int32(size)], attributesOf(options)),
    [(dy) => nearestGradient(dy, [height, width], options)],
  );
}

function nearestGradient(dy: Tensor, from: Size, options: ResizeOptions): Tensor {
  const [, height = 0, width = 0] = dy.shape;
  return differentiable(
    'resizeNearestGradient',
    [dy],
    () => kernel('ResizeNearestNeighborGrad', [dy, int32(from)], attributesOf(options)),
    [(dx) => resizeNearest(dx, [height, width], options)],
  );
}

/** Resizes images [N, H, W, C] by bilinear interpolation. Any order of gradient. */
export function resizeBilinear(x: Tensor, size: Size, options: ResizeOptions = {}): Tensor {
  requireRank('resizeBilinear', 'x', x, 4);
  return differentiable(
    'resizeBilinear',
    [x],
    () => kernel('ResizeBilinear', [x, int32(size)], attributesOf(options)),
    [(dy) => bilinearGradient(dy, x, options)],
  );
}

/** Only the shape of x is used. */
function bilinearGradient(dy: Tensor, x: Tensor, options: ResizeOptions): Tensor {
  const [, height = 0, width = 0] = dy.shape;
  return differentiable(
    'resizeBilinearGradient',
    [dy],
    () => kernel('ResizeBilinearGrad', [dy, x], attributesOf(options)),
    [(dx) => resizeBilinear(dx, [height, width], options)],
  );
}

function attributesOf({ alignment = 'half-pixel' }: ResizeOptions) {
  return { align_corners: alignment === 'corners', half_pixel_centers: alignment === 'half-pixel' };
}
