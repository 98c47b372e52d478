import type { Tensor } from '../native/load';
import { mul } from './arithmetic';
import { cast } from './cast';
import { greaterEqual } from './logic';
import { uniform } from './random';

/**
 * Sets a value to 0 with probability `rate` and divides the others by 1 − rate (Srivastava et al. 2014). Which values
 * are dropped depends on the seed alone: see `seedOf`.
 * @param rate in [0, 1)
 * @param seed int32 [2]
 */
export function dropout(x: Tensor, rate: number, seed: Tensor): Tensor {
  if (rate === 0) return x;
  const kept = cast(greaterEqual(uniform(x.shape, seed), rate), 'float32');
  return mul(x, mul(kept, 1 / (1 - rate)));
}
