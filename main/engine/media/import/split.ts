import type { Split } from '@shared/specs/dataset';

/**
 * Splits items by seed as they come, in order of their position: the sequence is cut into stretches of `1/fraction`
 * items and one item of each stretch, drawn by the seed, is held out. So the share is exact to one item, and sources
 * that come class by class are held out evenly. `expected` items, if known, see to it that even a handful gets one test
 * item; the first item is never held out.
 */
export function seededSplit(seed: number, fraction: number, expected: number): (index: number) => Split {
  const share = Math.max(fraction, 1 / Math.max(2, expected));
  let stretch = 0;
  let heldOut = 1 + Math.floor(uniform(seed, 0) * Math.max(1, Math.min(1 / share, expected / 2) - 1));
  return (index) => {
    while (heldOut < index) {
      stretch += 1;
      heldOut = Math.max(heldOut + 1, Math.floor((stretch + uniform(seed, stretch)) / share));
    }
    return index === heldOut ? 'test' : 'train';
  };
}

/** A number in [0,1) that depends on nothing but its two arguments (both mixed as 32-bit words, after splitmix32). */
function uniform(seed: number, position: number): number {
  let word = (Math.imul(seed | 0, 0x9e3779b9) ^ Math.imul(position + 1, 0x85ebca6b)) >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return ((word ^ (word >>> 15)) >>> 0) / 2 ** 32;
}
