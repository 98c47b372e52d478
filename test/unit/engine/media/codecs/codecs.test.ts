import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  decodePlain,
  encodeLossless,
  encodeLossy,
  pictureDataBytes,
} from '../../../../../main/engine/media/kinds/picture/codecs';

const shapes = [
  { kind: 'picture', height: 32, width: 32, channels: 3 },
  { kind: 'picture', height: 9, width: 20, channels: 1 },
] as const;

/** A slope with a stripe: every format has something to do. */
const pictureOf = ({ height, width, channels }: (typeof shapes)[number]): Uint8Array =>
  Uint8Array.from({ length: height * width * channels }, (_, at) => {
    const place = Math.floor(at / channels);
    return (
      ((place % width) * 7 + Math.floor(place / width) * 3 + (at % channels) * 40 + (place % 5 === 0 ? 60 : 0)) % 256
    );
  });

describe.each(shapes)('a picture of $width × $height × $channels', (shape) => {
  const pixels = pictureOf(shape);

  it('comes back from PNG as it was', async () => {
    expect([...(await decodePlain(await encodeLossless(pixels, shape), shape))]).toEqual([...pixels]);
  });

  it.each(['jpeg', 'webp'] as const)(
    'as %s has its shape, and is larger and truer the higher the quality',
    async (format) => {
      const at = async (quality: number) => {
        const file = await encodeLossy(format, quality, pixels, shape);
        const back = await decodePlain(file, shape);
        expect(back).toHaveLength(pixels.length);
        return { bytes: file.length, error: back.reduce((sum, value, i) => sum + (value - pixels[i]!) ** 2, 0) };
      };
      const [low, high] = [await at(5), await at(95)];
      expect(low.bytes).toBeLessThan(high.bytes);
      expect(low.error).toBeGreaterThan(high.error);
    },
  );

  it('is mostly headers as a JPEG, and its data ends where the file does', async () => {
    const file = await encodeLossy('jpeg', 1, pixels, shape);
    const data = pictureDataBytes('jpeg', file);
    expect(data).toBeGreaterThan(0);
    expect(data).toBeLessThan(file.length / 2);
    // without its data it is no picture, with it one
    const header = file.subarray(0, file.length - data - 2);
    expect([...header.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    await expect(sharp(header).raw().toBuffer()).rejects.toThrow();
  });

  it('has fixed overheads as a PNG and as a WebP', async () => {
    const png = await encodeLossless(pixels, shape);
    expect(png.length - pictureDataBytes('png', png)).toBeGreaterThanOrEqual(8 + 25 + 12 + 12 + 6);
    const webp = await encodeLossy('webp', 50, pixels, shape);
    const overhead = webp.length - pictureDataBytes('webp', webp);
    expect([30, 31]).toContain(overhead);
  });
});
