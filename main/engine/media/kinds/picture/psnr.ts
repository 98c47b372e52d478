/** What an exact reconstruction counts as, dB: its true value is infinite and would swallow every mean. */
export const EXACT_PSNR = 100;

/**
 * Peak signal-to-noise ratio of one picture, dB: `10 log₁₀(255² / MSE)`, as scikit-image's with data range 255.
 * @param meanSquaredError over all values of the picture, both sides rounded to whole numbers from 0 to 255
 */
export function psnr(meanSquaredError: number): number {
  if (meanSquaredError === 0) return EXACT_PSNR;
  return Math.min(EXACT_PSNR, 10 * Math.log10(255 ** 2 / meanSquaredError));
}
