import type { Tensor } from '../native/load';
import { kernel, untaped } from './kernel';

/** Piecewise constant functions: no gradient passes, as for a constant. Round goes to the even neighbour at .5. */
export const round = (x: Tensor): Tensor => untaped(() => kernel('Round', [x]));
export const floor = (x: Tensor): Tensor => untaped(() => kernel('Floor', [x]));
export const sign = (x: Tensor): Tensor => untaped(() => kernel('Sign', [x]));
