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

/** Mean squared error of two pictures, as PSNR in dB over 8-bit pixels; null where they are equal. */
export function psnr(a: Pictures, b: Pictures): number | null {
  let sum = 0;
  for (let i = 0; i < a.pixels.length; i++) sum += (a.pixels[i]! - b.pixels[i]!) ** 2;
  return sum === 0 ? null : 10 * Math.log10((255 ** 2 * a.pixels.length) / sum);
}
