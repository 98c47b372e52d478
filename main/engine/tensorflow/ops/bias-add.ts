import type { Tensor } from '../native/load';
import { differentiable, kernel, require } from './kernel';

/** x [..., C] + bias [C]. */
export function biasAdd(x: Tensor, bias: Tensor): Tensor {
  require(bias.rank === 1 && bias.shape[0] === x.shape[x.rank - 1], 'biasAdd', () =>
    `bias [${bias.shape.join()}] doesn't fit x [${x.shape.join()}]`);
  return differentiable(
    [x, bias],
    () => ({ value: kernel('BiasAdd', [x, bias]), saved: [] }),
    (dy) => [dy, kernel('BiasAddGrad', [dy])],
  );
}
