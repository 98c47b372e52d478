import type { Items } from '@shared/contract';

/** Where tiles differ from each other by less than half of what is shown, they are drawn apart. */
const LEAST_GAIN = 2;
const MOST_GAIN = 32;
/** The difference from the mean that nearly all tiles stay below becomes this; what is beyond is cut. */
const SHOWN = 96;
const NEARLY_ALL = 0.98;
const GREY = 128;

/**
 * Tiles that hardly differ as their differences from the mean tile, amplified around grey; those that differ anyway, as
 * they are. For a layer of codes that only refines what others say, whose tiles would all look alike.
 *
 * @returns the tiles, and the factor (1: as they were)
 */
export function drawnApart(tiles: Items): { tiles: Items; gain: number } {
  const { count, data: pixels } = tiles;
  const size = pixels.length / Math.max(1, count);
  const mean = new Float64Array(size);
  for (let i = 0; i < pixels.length; i++) mean[i % size]! += pixels[i]! / count;
  const typical = quantile(pixels, mean, NEARLY_ALL);
  const gain = Math.min(MOST_GAIN, SHOWN / Math.max(1, typical));
  if (gain < LEAST_GAIN) return { tiles, gain: 1 };
  // Uint8ClampedArray rounds and keeps to 0 … 255
  const apart = Uint8ClampedArray.from(pixels, (value, i) => GREY + gain * (value - mean[i % size]!));
  return { tiles: { ...tiles, data: new Uint8Array(apart.buffer) }, gain };
}

/** The difference, from 0 to 255, that `share` of the pixels stay below. */
function quantile(pixels: Uint8Array, mean: Float64Array, share: number): number {
  const counts = new Uint32Array(256);
  for (let i = 0; i < pixels.length; i++) counts[Math.round(Math.abs(pixels[i]! - mean[i % mean.length]!))]! += 1;
  let below = 0;
  for (let value = 0; value < counts.length; value++) {
    below += counts[value]!;
    if (below >= share * pixels.length) return value;
  }
  return 0;
}
