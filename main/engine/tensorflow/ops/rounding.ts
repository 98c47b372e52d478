import type { Tensor } from '../native/load';
import { kernel } from './kernel';

/** Piecewise constant functions: no gradient passes, as for a constant. Round goes to the even neighbour at .5. */
export const round = (x: Tensor): Tensor => kernel('Round', [x]);
export const floor = (x: Tensor): Tensor => kernel('Floor', [x]);
export const sign = (x: Tensor): Tensor => kernel('Sign', [x]);
