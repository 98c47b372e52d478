import { sharp } from './sharp';

/** Pixels `[H,W,C]` (bytes, C 1, 3 or 4) as a PNG file. */
export async function encodePng(
  pixels: Uint8Array,
  shape: { height: number; width: number; channels: 1 | 3 | 4 },
): Promise<Uint8Array> {
  const image = sharp(pixels, { raw: shape });
  return (shape.channels === 1 ? image.toColourspace('b-w') : image).png().toBuffer();
}

/** Frames `[N,H,W,3]` (bytes) as a GIF that repeats for ever, each shown `delay` ms. */
export async function encodeGif(
  pixels: Uint8Array,
  { frames, height, width, delay }: { frames: number; height: number; width: number; delay: number },
): Promise<Uint8Array> {
  const raw = { width, height: frames * height, pageHeight: height, channels: 3 } as const;
  return sharp(pixels, { raw })
    .gif({ delay: Array.from({ length: frames }, () => delay), loop: 0 })
    .toBuffer();
}
