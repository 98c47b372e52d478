import type { Signal } from '@shared/specs';
import { sharp } from '../sharp';

/** Formats that give up more of a picture the lower their quality is. */
export type LossyFormat = 'jpeg' | 'webp';
export type PictureFormat = LossyFormat | 'png';

const plain = (pixels: Uint8Array, shape: Signal) => {
  const picture = sharp(pixels, { raw: shape });
  return shape.channels === 1 ? picture.toColourspace('b-w') : picture;
};

/**
 * A picture [H, W, C] of bytes as a JPEG (baseline, Huffman tables of its own, 4:2:0) or WebP (VP8, with the encoder's
 * most effort) file, without any metadata. WebP has no grey: grey pictures become coloured ones without colour.
 * @param quality whole, 1 to 100
 */
export function encodeLossy(
  format: LossyFormat,
  quality: number,
  pixels: Uint8Array,
  shape: Signal,
): Promise<Uint8Array> {
  const picture = plain(pixels, shape);
  return (format === 'jpeg' ? picture.jpeg({ quality }) : picture.webp({ quality, effort: 6 })).toBuffer();
}

/** A picture [H, W, C] of bytes as a PNG, squeezed as far as deflate goes. */
export function encodeLossless(pixels: Uint8Array, shape: Signal): Promise<Uint8Array> {
  return plain(pixels, shape).png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer();
}

/** Pixels [H, W, C] of a file that one of these made. */
export async function decodePlain(file: Uint8Array, { channels }: Signal): Promise<Uint8Array> {
  const picture = sharp(file);
  return (channels === 1 ? picture.toColourspace('b-w') : picture.toColourspace('srgb').removeAlpha()).raw().toBuffer();
}
