import type { Tensor } from '../native/load';
import { differentiable, int32, kernel, requireRank } from './kernel';

export interface ResizeOptions {
  /**
   * Where a pixel of the result looks in the input. `half-pixel` (the default): by its centre, as PyTorch and Pillow do; `corners`: the
   * outer pixels' centres stay where they are; `legacy`: by its upper left corner, as TensorFlow 1 did.
   */
  alignment?: 'half-pixel' | 'corners' | 'legacy';
}

type Size = readonly [height: number, width: number];

/** Images [N, H, W, C] at another size, each pixel the nearest one. Any order of gradient. */
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

/** Images [N, H, W, C] at another size, interpolated between the four nearest pixels. Any order of gradient. */
export function resizeBilinear(x: Tensor, size: Size, options: ResizeOptions = {}): Tensor {
  requireRank('resizeBilinear', 'x', x, 4);
  return differentiable(
    'resizeBilinear',
    [x],
    () => kernel('ResizeBilinear', [x, int32(size)], attributesOf(options)),
    [(dy) => bilinearGradient(dy, x, options)],
  );
}

/** Of x only the shape is used. */
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
