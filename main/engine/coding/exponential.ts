/** ln 2 in two parts: the first ends in zeros, so that its product with k is exact for every k that occurs. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const LOG2_E = 1.442695040888963387;
/** 1 / n! for n up to 12, as correctly rounded quotients. */
const [F2, F3, F4, F5, F6, F7] = [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040] as const;
const [F8, F9, F10, F11, F12] = [1 / 40320, 1 / 362880, 1 / 3628800, 1 / 39916800, 1 / 479001600] as const;
/** 2⁻ᵏ */
const POWERS = new Float64Array(64).fill(1);
for (let k = 1; k < POWERS.length; k++) POWERS[k] = POWERS[k - 1]! / 2;

/** Below this x the result is 0: e⁻²⁴ is 2⁻³⁴·⁶, negligible against a total of 2²⁸. */
const LOWEST = -24;

/**
 * eˣ for x in [−24, 0], and 0 below and for NaN, with a relative error under 10⁻¹⁵ and identical to the last bit on
 * every machine: it uses only sums, products and one rounding of doubles, which IEEE 754 and JavaScript define exactly
 * (there is no fused multiply-add). JavaScript leaves the last bits of `Math.exp` to each engine.
 *
 * x = k ln 2 + r with |r| ≤ ½ ln 2; eʳ by its Taylor series to r¹² in Horner's order; times 2ᵏ.
 */
export function exponential(x: number): number {
  if (!(x >= LOWEST)) return 0;
  const k = Math.floor(x * LOG2_E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  const high = F6 + r * (F7 + r * (F8 + r * (F9 + r * (F10 + r * (F11 + r * F12)))));
  return (1 + r * (1 + r * (F2 + r * (F3 + r * (F4 + r * (F5 + r * high)))))) * POWERS[-k]!;
}
