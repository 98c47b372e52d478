import type { Tensor } from '../native/load';
import { differentiable, kernel, requireRank } from './kernel';

/** [N, H, W, b²·C] → [N, b·H, b·W, C]: channels become b × b pixels (pixel shuffle). */
export const depthToSpace = (x: Tensor, blockSize: number): Tensor =>
  rearrange('DepthToSpace', 'SpaceToDepth', x, blockSize);

/** [N, b·H, b·W, C] → [N, H, W, b²·C]: the inverse. */
export const spaceToDepth = (x: Tensor, blockSize: number): Tensor =>
  rearrange('SpaceToDepth', 'DepthToSpace', x, blockSize);

function rearrange(op: string, inverse: string, x: Tensor, blockSize: number): Tensor {
  requireRank(op, 'x', x, 4);
  return differentiable(
    [x],
    () => ({ value: kernel(op, [x], { block_size: blockSize }), saved: [] }),
    (dy) => kernel(inverse, [dy], { block_size: blockSize }),
  );
}
