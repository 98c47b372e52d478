import type { Tensor } from '../native/load';
import { differentiable, kernel, requireRank } from './kernel';

/** [N, H, W, b²·C] → [N, b·H, b·W, C]: channels become b × b pixels (pixel shuffle). */
export function depthToSpace(x: Tensor, blockSize: number): Tensor {
  requireRank('depthToSpace', 'x', x, 4);
  return differentiable('depthToSpace', [x], () => kernel('DepthToSpace', [x], { block_size: blockSize }), [
    (dy) => spaceToDepth(dy, blockSize),
  ]);
}

/** [N, b·H, b·W, C] → [N, H, W, b²·C]: the inverse. */
export function spaceToDepth(x: Tensor, blockSize: number): Tensor {
  requireRank('spaceToDepth', 'x', x, 4);
  return differentiable('spaceToDepth', [x], () => kernel('SpaceToDepth', [x], { block_size: blockSize }), [
    (dy) => depthToSpace(dy, blockSize),
  ]);
}
