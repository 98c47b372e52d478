import type { Tensor } from '../native/load';
import { sumOfRows } from './broadcast';
import { differentiable, kernel, require } from './kernel';

/** x [..., C] + bias [C]. Any order of gradient. */
export function biasAdd(x: Tensor, bias: Tensor): Tensor {
  require(bias.rank === 1 && bias.shape[0] === x.shape[x.rank - 1], 'biasAdd', () =>
    `bias [${bias.shape.join()}] doesn't fit x [${x.shape.join()}]`);
  return differentiable('biasAdd', [x, bias], () => kernel('BiasAdd', [x, bias]), [(dy) => dy, sumOfRows]);
}
