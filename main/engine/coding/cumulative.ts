import { AppError } from '@shared/errors';
import { exponential } from './exponential';

/**
 * Number of bits p of the total T = 2ᵖ that probabilities over K symbols are rounded to: ⌈log₂ K⌉ + 12, at least 16, so
 * 28 for 65,536. Since every symbol gets at least 1, rounding costs at most log₂(T / (T − K)) bits per code, which is
 * 0.00035.
 */
export function precisionOf(symbols: number): number {
  return Math.max(16, 32 - Math.clz32(symbols - 1) + 12);
}

/**
 * Rounds logits to integer cumulative frequencies: c₀ = 0 … c_K = T = 2^precisionOf(K). Equal logits give equal
 * frequencies everywhere, to the last bit, by this rule:
 *
 *     wᵢ = exponential(zᵢ − max z)            in doubles; 0 where zᵢ is −∞ or 24 below the largest
 *     S  = w₀ + w₁ + … + w_{K−1}              in this order
 *     fᵢ = 1 + ⌊wᵢ · (T − K) / S⌋             product first, then quotient
 *     the largest zᵢ (the first of several) gets what fᵢ lack to the sum T
 *
 * so that fᵢ / T ≥ pᵢ · (T − K) / T.
 * @param logits K of them from `from` on
 * @param into K + 1 numbers from `at` on
 * @throws NOT_FINITE where the largest logit is not a finite number or one is NaN
 */
export function cumulativeFromLogits(
  logits: ArrayLike<number>,
  symbols: number,
  { from = 0, into = new Uint32Array(symbols + 1), at = 0 } = {},
): Uint32Array {
  let [largest, first] = [-Infinity, 0];
  for (let symbol = 0; symbol < symbols; symbol++) {
    const logit = logits[from + symbol]!;
    if (Number.isNaN(logit)) throw notFinite('logit', logit);
    if (logit <= largest) continue;
    largest = logit;
    first = symbol;
  }
  if (!Number.isFinite(largest)) throw notFinite('largest logit', largest);
  const weights = scratchOf(symbols);
  for (let symbol = 0; symbol < symbols; symbol++) weights[symbol] = exponential(logits[from + symbol]! - largest);
  return apportion(weights, symbols, first, into, at);
}

/**
 * Does the same for probabilities, which need not sum to 1: wᵢ = pᵢ, and the largest (the first of several) gets what
 * the sum lacks.
 * @throws NOT_FINITE where one is negative or not a finite number, or none is above 0
 */
export function cumulativeFromProbabilities(
  probabilities: ArrayLike<number>,
  symbols: number,
  { from = 0, into = new Uint32Array(symbols + 1), at = 0 } = {},
): Uint32Array {
  const weights = scratchOf(symbols);
  let first = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    const probability = probabilities[from + symbol]!;
    if (!(probability >= 0 && probability < 1e200)) throw notFinite('probability', probability);
    weights[symbol] = probability;
    if (probability > weights[first]!) first = symbol;
  }
  if (weights[first] === 0) throw notFinite('largest probability', 0);
  return apportion(weights, symbols, first, into, at);
}

/** Turns the shares of `weights` into cumulative frequencies, overwriting `weights`. */
function apportion(weights: Float64Array, symbols: number, first: number, into: Uint32Array, at: number): Uint32Array {
  const total = 1 << precisionOf(symbols);
  const free = total - symbols;
  let sum = 0;
  for (let symbol = 0; symbol < symbols; symbol++) sum += weights[symbol]!;
  let missing = free;
  for (let symbol = 0; symbol < symbols; symbol++) {
    const share = weights[symbol]! === 0 ? 0 : Math.floor((weights[symbol]! * free) / sum);
    weights[symbol] = share;
    missing -= share;
  }
  weights[first]! += missing;
  let before = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    into[at + symbol] = before;
    before += 1 + weights[symbol]!;
  }
  into[at + symbols] = before;
  return into;
}

let scratch = new Float64Array(0);
function scratchOf(symbols: number): Float64Array {
  if (scratch.length < symbols) scratch = new Float64Array(symbols);
  return scratch;
}

function notFinite(what: string, value: number): AppError {
  return new AppError('NOT_FINITE', `A ${what} of the model is ${value}: its codes can’t be coded with it.`);
}
