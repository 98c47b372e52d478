import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../../main/engine/media/kinds/picture/decode';
import { decodePictureFile } from '../../../../main/engine/media/kinds/picture/picture-file';
import { encodePng } from '../../../../main/engine/media/kinds/picture/encode';
import type { TargetShape } from '../../../../main/engine/media/kinds/picture/raw';
import { sharp } from '../../../../main/engine/media/kinds/picture/sharp';
import { bmp, colourful, picture, rawPng } from './fixtures';

const target = (given: Partial<TargetShape> = {}): TargetShape => ({
  height: 20,
  width: 20,
  channels: 3,
  fit: 'crop',
  background: 'white',
  ...given,
});
const uint16 = (values: number[]): Uint8Array => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
const pixelsOf = async (bytes: Uint8Array, shape: Partial<TargetShape>): Promise<number[]> => [
  ...(await decodePicture(bytes, target(shape))).pixels,
];

describe('decodePicture', () => {
  it('waits for the memory that unpacking takes, whatever the format', async () => {
    const bitmap = bmp({ width: 2, height: 1, bits: 24 }, [[3, 2, 1, 6, 5, 4]]);
    for (const [file, needed] of [[bitmap, 2 * 1 * 4] as const, [await picture(3), 20 * 20 * 4] as const]) {
      const asked: number[] = [];
      await decodePicture(file, target(), undefined, {
        use: (amount, work) => {
          asked.push(amount);
          return work();
        },
      });
      expect(asked).toEqual([needed]);
    }
  });

  it('gives the very pixels of a PNG that already has the shape', async () => {
    const decoded = await decodePicture(await picture(3), target());
    expect(Buffer.from(decoded.pixels)).toEqual(Buffer.from(colourful(3)));
    expect(decoded).toMatchObject({ width: 20, height: 20, format: 'png' });
  });

  it.each(['jpeg', 'webp', 'gif', 'tiff'] as const)('reads %s', async (format) => {
    const decoded = await decodePicture(await picture(3, format), target());
    expect(decoded.format).toBe(format);
    expect(decoded.pixels).toHaveLength(20 * 20 * 3);
    if (format === 'tiff') expect(Buffer.from(decoded.pixels)).toEqual(Buffer.from(colourful(3)));
  });

  it('takes the first frame of an animated GIF', async () => {
    const frames = await Promise.all(
      [
        [200, 30, 30],
        [30, 30, 200],
      ].map(([r = 0, g = 0, b = 0]) => solid(20, 20, { r, g, b }).png().toBuffer()),
    );
    const animated = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const [r, , b] = await pixelsOf(animated, {});
    expect(r).toBeGreaterThan(150);
    expect(b).toBeLessThan(80);
  });

  it('scales 16 bits to 8 instead of cutting them off', async () => {
    const grey = rawPng({ width: 4, height: 1, depth: 16, colourType: 0 }, [uint16([0, 257, 128 * 257, 65535])]);
    expect(await pixelsOf(grey, { height: 1, width: 4, channels: 1 })).toEqual([0, 1, 128, 255]);
    const colour = rawPng({ width: 2, height: 1, depth: 16, colourType: 2 }, [uint16([0, 257, 65535, 514, 771, 1028])]);
    expect(await pixelsOf(colour, { height: 1, width: 2 })).toEqual([0, 1, 255, 2, 3, 4]);
  });

  it('resolves palettes, transparent colours included', async () => {
    const palette: [string, Uint8Array] = ['PLTE', Buffer.of(10, 20, 30, 200, 100, 50)];
    const opaque = rawPng({ width: 2, height: 1, depth: 8, colourType: 3 }, [Buffer.of(1, 0)], [palette]);
    expect(await pixelsOf(opaque, { height: 1, width: 2 })).toEqual([200, 100, 50, 10, 20, 30]);
    const seeThrough = rawPng(
      { width: 2, height: 1, depth: 8, colourType: 3 },
      [Buffer.of(1, 0)],
      [palette, ['tRNS', Buffer.of(0)]],
    );
    expect(await pixelsOf(seeThrough, { height: 1, width: 2 })).toEqual([200, 100, 50, 255, 255, 255]);
  });

  it('lays transparency over the background that was chosen', async () => {
    const rgba = rawPng({ width: 3, height: 1, depth: 8, colourType: 6 }, [
      Buffer.of(9, 8, 7, 255, 9, 8, 7, 0, 0, 100, 200, 51),
    ]);
    const shape = { height: 1, width: 3 };
    expect(await pixelsOf(rgba, shape)).toEqual([9, 8, 7, 255, 255, 255, 204, 224, 244]);
    expect(await pixelsOf(rgba, { ...shape, background: 'black' })).toEqual([9, 8, 7, 0, 0, 0, 0, 20, 40]);
    expect((await pixelsOf(rgba, { ...shape, background: 'grey' })).slice(3, 6)).toEqual([128, 128, 128]);
    const greyAlpha = rawPng({ width: 2, height: 1, depth: 8, colourType: 4 }, [Buffer.of(40, 255, 40, 0)]);
    expect(await pixelsOf(greyAlpha, { height: 1, width: 2, channels: 1, background: 'grey' })).toEqual([40, 128]);
  });

  it('lays transparency over the background when it also resizes', async () => {
    const clear = await solid(40, 40, { r: 255, g: 0, b: 0, alpha: 0 }).png().toBuffer();
    expect(new Set(await pixelsOf(clear, { background: 'grey' }))).toEqual(new Set([128]));
  });

  it('converts CMYK to the colours it shows', async () => {
    const cmyk = await solid(20, 20, { r: 220, g: 40, b: 60 }).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const [r = 0, g = 0, b = 0] = await pixelsOf(cmyk, {});
    expect(Math.abs(r - 220)).toBeLessThan(25);
    expect(Math.abs(g - 40)).toBeLessThan(25);
    expect(Math.abs(b - 60)).toBeLessThan(25);
  });

  it('turns a picture upright as EXIF says, and reports its upright size', async () => {
    const leftRed = await sharp(await solid(20, 40, { r: 0, g: 0, b: 0 }).png().toBuffer())
      .composite([{ input: await solid(20, 20, { r: 255, g: 0, b: 0 }).png().toBuffer(), top: 0, left: 0 }])
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const decoded = await decodePicture(leftRed, target({ height: 20, width: 40 }));
    expect(decoded).toMatchObject({ width: 40, height: 20 });
    expect(decoded.pixels[0]).toBeLessThan(40); // what was the top is now the right
    expect(decoded.pixels[39 * 3]).toBeGreaterThan(215);
  });

  it('crops to the centre, or shows all of the picture between bars', async () => {
    const wide = await sharp(await solid(60, 20, { r: 255, g: 0, b: 0 }).png().toBuffer())
      .composite([{ input: await solid(20, 20, { r: 0, g: 255, b: 0 }).png().toBuffer(), top: 0, left: 20 }])
      .png()
      .toBuffer();
    const cropped = await pixelsOf(wide, {});
    expect(cropped.slice(0, 3)).toEqual([0, 255, 0]);
    const contained = await pixelsOf(wide, { height: 30, width: 30, fit: 'contain', background: 'black' });
    expect(contained.slice(0, 3)).toEqual([0, 0, 0]);
    expect(contained[15 * 30 * 3]).toBeGreaterThan(200);
  });

  it('keeps grey values when it makes grey of grey, one channel or three', async () => {
    const ramp = Uint8Array.from({ length: 256 }, (_, i) => i);
    const grey = await encodePng(ramp, { height: 16, width: 16, channels: 1 });
    const rgb = await encodePng(
      Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)),
      { height: 16, width: 16, channels: 3 },
    );
    for (const file of [grey, rgb])
      expect(await pixelsOf(file, { height: 16, width: 16, channels: 1 })).toEqual([...ramp]);
    expect((await pixelsOf(grey, { height: 16, width: 16 })).filter((_, i) => i % 3 === 1)).toEqual([...ramp]);
  });

  it('reads bitmaps, which sharp does not', async () => {
    const file = bmp({ width: 2, height: 1, bits: 24 }, [[3, 2, 1, 6, 5, 4]]);
    expect(await pixelsOf(file, { height: 1, width: 2 })).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await decodePicture(file, target())).pixels).toHaveLength(1200);
  });

  it('refuses a JPEG and a PNG that are cut off', async () => {
    for (const format of ['jpeg', 'png'] as const) {
      const file = await picture(1, format, 200, 200);
      await expect(decodePicture(file.subarray(0, file.length / 2), target())).rejects.toMatchObject({
        code: 'BAD_FILE',
      });
    }
  });

  it('refuses SVG and PDF by name, without handing them to a decoder', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(decodePicture(svg, target())).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('SVG'),
    });
    await expect(decodePicture(Buffer.from('%PDF-1.7 etc'), target())).rejects.toMatchObject({
      message: expect.stringContaining('PDF'),
    });
    await expect(sharp(svg).metadata()).rejects.toThrow();
  });
});

describe('decodePictureFile', () => {
  it('brings a dropped file to the shape of a model', async () => {
    const { pixels, width } = await decodePictureFile('a.jpg', await picture(1, 'jpeg', 50, 40), {
      height: 32,
      width: 32,
      channels: 1,
    });
    expect(pixels).toHaveLength(1024);
    expect(width).toBe(50);
  });

  it('says in plain words that a file is damaged, without those of the decoder', async () => {
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const whole = await picture(1, format);
      const failed = decodePicture(whole.subarray(0, whole.length / 2), target());
      await expect(failed).rejects.toMatchObject({ code: 'BAD_FILE', message: 'it is damaged or was cut off' });
    }
  });

  it('names the file it can not open', async () => {
    const failed = decodePictureFile('song.png', Buffer.from('RIFF....WAVE'), { height: 32, width: 32, channels: 3 });
    await expect(failed).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: "song.png can't be opened as a picture: not an image but a sound file.",
    });
  });
});

function solid(
  width: number,
  height: number,
  background: { r: number; g: number; b: number; alpha?: number },
): ReturnType<typeof sharp> {
  return sharp({ create: { width, height, channels: background.alpha === undefined ? 3 : 4, background } });
}
