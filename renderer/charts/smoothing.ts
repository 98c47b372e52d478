const NEGLIGIBLE = 1e-12;

/**
 * The debiased exponential moving average of TensorBoard's scalar charts (`line_chart_v2/data_transformer.ts`):
 * `s ← w·s + (1 − w)·y`, shown as `s / (1 − wⁿ)` where n counts the values so far. Values that aren't finite pass
 * through and leave the average alone; a constant series is returned as it is, so that rounding makes no spikes.
 *
 * @param values one number a step, in order
 * @param weight from 0 (no smoothing: `values` itself) to below 1
 * @param into an array of the same length to write to, so that moving a slider makes no garbage
 */
export function smooth(values: Float32Array, weight: number, into?: Float32Array): Float32Array {
  if (weight <= 0 || isConstant(values)) return values;
  const smoothed = into ?? new Float32Array(values.length);
  let average = 0;
  /** wⁿ, dropped where it no longer shows in a 32-bit float (and would become slow as a denormal number). */
  let remaining = 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      smoothed[i] = value;
      continue;
    }
    average = weight * average + (1 - weight) * value;
    if (remaining > 0) remaining = remaining > NEGLIGIBLE ? remaining * weight : 0;
    smoothed[i] = average / (1 - remaining);
  }
  return smoothed;
}

function isConstant(values: Float32Array): boolean {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return false;
  return true;
}
