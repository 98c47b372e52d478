import type { Tensor } from '../native/load';
import { at, differentiable, int32, kernel, requireRank } from './kernel';

/** Images [N, H, W, C] at another size, each pixel the nearest one; pixel centres at halves. */
export function resizeNearest(x: Tensor, size: readonly [number, number]): Tensor {
  requireRank('resizeNearest', 'x', x, 4);
  const [, height = 0, width = 0] = x.shape;
  const attributes = { align_corners: false, half_pixel_centers: true };
  return differentiable(
    [x],
    () => ({ value: kernel('ResizeNearestNeighbor', [x, int32(size)], attributes), saved: [] }),
    (dy) => kernel('ResizeNearestNeighborGrad', [dy, int32([height, width])], attributes),
  );
}

/** Images [N, H, W, C] at another size, interpolated between the four nearest pixels. */
export function resizeBilinear(
  x: Tensor,
  size: readonly [number, number],
  options: { halfPixelCenters?: boolean } = {},
): Tensor {
  requireRank('resizeBilinear', 'x', x, 4);
  // tfjs drops half_pixel_centers in its gradient.
  const attributes = { align_corners: false, half_pixel_centers: options.halfPixelCenters ?? true };
  return differentiable(
    [x],
    () => ({ value: kernel('ResizeBilinear', [x, int32(size)], attributes), saved: [x] }),
    (dy, saved) => kernel('ResizeBilinearGrad', [dy, at(saved, 0)], attributes),
  );
}
