import type { Items } from '@shared/contract';

/**
 * Where and how much two pictures of one size differ: |a − b| of each value, times `gain`, cut at 255.
 */
export function difference(a: Items, b: Items, gain: number): Items {
  const pixels = new Uint8Array(a.data.length);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = Math.min(255, Math.round(Math.abs(a.data[i]! - b.data[i]!) * gain));
  }
  return { ...a, count: 1, data: pixels };
}

/** The part of a picture of the size of another, from a corner on, px. */
export function partOf(
  whole: Items,
  { height, width }: { height: number; width: number },
  { top, left }: { top: number; left: number },
): Items {
  const row = width * whole.signal.channels;
  const pixels = new Uint8Array(height * row);
  for (let down = 0; down < height; down++) {
    const from = ((top + down) * whole.signal.width + left) * whole.signal.channels;
    pixels.set(whole.data.subarray(from, from + row), down * row);
  }
  return { ...whole, signal: { ...whole.signal, height, width }, count: 1, data: pixels };
}

/** Mean squared error of two pictures, as PSNR in dB over 8-bit pixels; null where they are equal. */
export function psnr(a: Items, b: Items): number | null {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return sum === 0 ? null : 10 * Math.log10((255 ** 2 * a.data.length) / sum);
}
