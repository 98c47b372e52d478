/** Keeps the logarithm of an unused code finite; part of the definition (Sonnet's VectorQuantizer). */
const SMALLEST = 1e-10;

/**
 * exp of the entropy of code usage: how many codes would be in use if all of them were used equally.
 * `exp(−Σ p log(p + 1e−10))` with p the share of each code, from 1 (one code) to K (all alike); 0 without any use.
 * @param counts times each code was used, [K]
 */
export function perplexity(counts: ArrayLike<number>): number {
  const total = sum(counts);
  if (total === 0) return 0;
  let entropy = 0;
  for (let code = 0; code < counts.length; code++) {
    const share = (counts[code] ?? 0) / total;
    entropy -= share * Math.log(share + SMALLEST);
  }
  return Math.exp(entropy);
}

/** Codes used at no place at all. */
export function deadCodes(counts: ArrayLike<number>): number {
  let dead = 0;
  for (let code = 0; code < counts.length; code++) if (counts[code] === 0) dead += 1;
  return dead;
}

/** Share of the codes used at least once, 0 to 1. */
export function usage(counts: ArrayLike<number>): number {
  return counts.length === 0 ? 0 : 1 - deadCodes(counts) / counts.length;
}

function sum(counts: ArrayLike<number>): number {
  let total = 0;
  for (let code = 0; code < counts.length; code++) total += counts[code] ?? 0;
  return total;
}
