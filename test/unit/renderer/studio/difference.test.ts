import { describe, expect, it } from 'vitest';
import type { Items } from '@shared/contract';
import { difference, psnr } from '@/features/studio/difference';

const picture = (...pixels: number[]): Items => ({
  signal: { kind: 'picture', height: 1, width: pixels.length, channels: 1 },
  dtype: 'u8',
  count: 1,
  data: Uint8Array.from(pixels),
});

describe('the difference of two pictures', () => {
  it('is the distance of each value, amplified and cut at white', () => {
    expect([...difference(picture(10, 200, 0), picture(13, 50, 0), 2).data]).toEqual([6, 255, 0]);
  });

  it('has the PSNR of its mean square, and none where nothing differs', () => {
    expect(psnr(picture(0, 255), picture(0, 0))).toBeCloseTo(3.0103, 4);
    expect(psnr(picture(1, 2), picture(1, 2))).toBeNull();
  });
});
