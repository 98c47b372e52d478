import { sharp } from './sharp';

/** Pixels `[H,W,C]` (bytes, C 1, 3 or 4) as a PNG file. */
export async function encodePng(
  pixels: Uint8Array,
  shape: { height: number; width: number; channels: 1 | 3 | 4 },
): Promise<Uint8Array> {
  const image = sharp(pixels, { raw: shape });
  return (shape.channels === 1 ? image.toColourspace('b-w') : image).png().toBuffer();
}
