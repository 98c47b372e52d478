import { sharp } from './sharp';

/** Decoded pixels: `[height, width, channels]` bytes, 0 to 255; 1 grey, 2 grey with alpha, 3 RGB, 4 RGB with alpha. */
export interface RawImage {
  height: number;
  width: number;
  channels: 1 | 2 | 3 | 4;
  pixels: Uint8Array;
}

export type Background = 'white' | 'black' | 'grey';

/** What every picture of a dataset is brought to. */
export interface TargetShape {
  height: number;
  width: number;
  channels: 1 | 3;
  /** Fill the shape and cut what sticks out, or show all of the picture on the background. */
  fit: 'crop' | 'contain';
  /** Shows through transparent pixels and around a contained picture. */
  background: Background;
}

const backgrounds = { white: 255, black: 0, grey: 128 } as const;

type Sharp = ReturnType<typeof sharp>;

/**
 * Runs a sharp pipeline on to `target`: `[H,W,C]` bytes, or null if the picture was not of the size `from` says. Steps
 * that would change nothing are left out, and where size and colour stay, transparency is laid over the background
 * here: for small pictures sharp's own steps cost as much as decoding.
 */
export async function renderTo(
  image: Sharp,
  from: { height: number; width: number; alpha: boolean },
  target: TargetShape,
): Promise<Uint8Array | null> {
  const level = backgrounds[target.background];
  const background = { r: level, g: level, b: level };
  const sameSize = from.height === target.height && from.width === target.width;
  let steps = image;
  // sharp drops alpha on its way to grey, so there it must be laid over before.
  if (from.alpha && (!sameSize || target.channels === 1)) steps = steps.flatten({ background });
  if (target.channels === 1) steps = steps.toColourspace('b-w');
  if (!sameSize) {
    const fit = target.fit === 'crop' ? 'cover' : 'contain';
    steps = steps.resize({ width: target.width, height: target.height, fit, position: 'centre', background });
  }
  const { data, info } = await steps.raw().toBuffer({ resolveWithObject: true });
  if (info.height !== target.height || info.width !== target.width) return null;
  const { height, width, channels } = info;
  return toChannels(
    { height, width, channels: channels as RawImage['channels'], pixels: data },
    target.channels,
    level,
  );
}

/** Pixels brought to `target`: `[H,W,C]` bytes. Without any change of size or colour they are `raw.pixels` itself. */
export async function fitRaw(raw: RawImage, target: TargetShape): Promise<Uint8Array> {
  const { height, width, channels, pixels } = raw;
  const sameSize = height === target.height && width === target.width;
  if (sameSize && (channels === 1 || target.channels === 3))
    return toChannels(raw, target.channels, backgrounds[target.background]);
  const image = sharp(pixels, { raw: { height, width, channels } });
  const rendered = await renderTo(image, { height, width, alpha: channels === 2 || channels === 4 }, target);
  return rendered!; // its size is known, not read from a header
}

/**
 * Lays transparent pixels over a background of one grey level and repeats grey where RGB is wanted; never turns RGB
 * grey.
 */
function toChannels({ channels, pixels }: RawImage, wanted: 1 | 3, background: number): Uint8Array {
  if (channels === wanted) return pixels;
  const hasAlpha = channels === 2 || channels === 4;
  const count = pixels.length / channels;
  const result = new Uint8Array(count * wanted);
  for (let i = 0; i < count; i++) {
    const from = i * channels;
    const alpha = hasAlpha ? pixels[from + channels - 1]! : 255;
    for (let c = 0; c < wanted; c++) {
      const value = pixels[from + (channels > 2 ? c : 0)]!;
      result[i * wanted + c] = alpha === 255 ? value : Math.round((value * alpha + background * (255 - alpha)) / 255);
    }
  }
  return result;
}

/** Whether `[n,3]` pixels are all grey. */
export function isGrey(rgb: Uint8Array): boolean {
  for (let i = 0; i + 2 < rgb.length; i += 3) {
    if (rgb[i] !== rgb[i + 1] || rgb[i + 1] !== rgb[i + 2]) return false;
  }
  return true;
}
