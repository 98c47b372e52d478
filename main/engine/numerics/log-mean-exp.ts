/**
 * log (1/K) Σ exp(x), without overflow. Applied to log importance weights it estimates log p(x): IWAE-K (Burda et al.
 * 2016).
 */
export function logMeanExp(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let at = 0; at < values.length; at++) largest = Math.max(largest, values[at]!);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += Math.exp(values[at]! - largest);
  return largest + Math.log(sum / values.length);
}
