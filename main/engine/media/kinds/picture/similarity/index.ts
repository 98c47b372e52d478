/**
 * How alike two pictures are, by their pixels: functions of tensors, for a program's functions. Definitions in the
 * docstrings.
 */
export { msSsim, msSsimWeights } from './ms-ssim';
export { ssim } from './ssim';
