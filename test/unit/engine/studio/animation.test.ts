import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { animationSchema } from '../../../../shared/contract';
import { animate } from '../../../../main/engine/studio/animation';
import { plainest } from '../../../../main/engine/studio/blank';

describe('pictures in turn', () => {
  const frames = {
    signal: { kind: 'picture', height: 2, width: 3, channels: 1 as const },
    dtype: 'u8',
    count: 4,
    data: new Uint8Array(24).map((_, at) => 60 * Math.floor(at / 6)),
  };

  it('are a GIF that goes there and back for ever, each pixel a square', async () => {
    const gif = await animate(animationSchema.parse({ frames, delay: 80 }));
    const { format, pages, width, pageHeight, delay, loop } = await sharp(gif, { animated: true }).metadata();
    expect({ format, pages, width, pageHeight, loop }).toEqual({
      format: 'gif',
      pages: 6,
      width: 255,
      pageHeight: 170,
      loop: 0,
    });
    expect(delay).toEqual(Array(6).fill(80));
    const shades = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (page) => (await sharp(gif, { page }).raw().toBuffer())[0]!),
    );
    expect(shades.map((shade) => Math.round(shade / 60))).toEqual([0, 1, 2, 3, 2, 1]);
    const once = await animate(animationSchema.parse({ frames, isBackAndForth: false }));
    expect((await sharp(once).metadata()).pages).toBe(4);
  });

  it('are refused where pixels are missing', () => {
    const short = { ...frames, data: new Uint8Array(23) };
    expect(() => animate(animationSchema.parse({ frames: short }))).toThrow(/24 bytes, not 23/);
  });
});

it('the plainest of pictures is that nearest to grey, however even another is', () => {
  expect(plainest({ count: 3, data: Uint8Array.of(0, 0, 0, 130, 120, 140, 5, 200, 9) })).toBe(1);
});
