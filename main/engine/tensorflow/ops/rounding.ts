import type { Tensor } from '../native/load';
import { kernel, untaped } from './kernel';

/** Piecewise constant functions, which pass no gradient. `round` takes halves to the even neighbour. */
export const round = (x: Tensor): Tensor => untaped(() => kernel('Round', [x]));
export const floor = (x: Tensor): Tensor => untaped(() => kernel('Floor', [x]));
export const sign = (x: Tensor): Tensor => untaped(() => kernel('Sign', [x]));
