import type { Pictures } from '@shared/contract';

/**
 * Where and how much two pictures of one size differ: |a − b| of each value, times `gain`, cut at 255.
 */
export function difference(a: Pictures, b: Pictures, gain: number): Pictures {
  const pixels = new Uint8Array(a.pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = Math.min(255, Math.round(Math.abs(a.pixels[i]! - b.pixels[i]!) * gain));
  }
  return { ...a, count: 1, pixels };
}

/** The part of a picture of the size of another, from a corner on, px. */
export function partOf(
  whole: Pictures,
  { height, width }: Pick<Pictures, 'height' | 'width'>,
  { top, left }: { top: number; left: number },
): Pictures {
  const row = width * whole.channels;
  const pixels = new Uint8Array(height * row);
  for (let down = 0; down < height; down++) {
    const from = ((top + down) * whole.width + left) * whole.channels;
    pixels.set(whole.pixels.subarray(from, from + row), down * row);
  }
  return { ...whole, count: 1, height, width, pixels };
}

/** Mean squared error of two pictures, as PSNR in dB over 8-bit pixels; null where they are equal. */
export function psnr(a: Pictures, b: Pictures): number | null {
  let sum = 0;
  for (let i = 0; i < a.pixels.length; i++) sum += (a.pixels[i]! - b.pixels[i]!) ** 2;
  return sum === 0 ? null : 10 * Math.log10((255 ** 2 * a.pixels.length) / sum);
}
