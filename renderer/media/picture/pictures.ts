import type { Items } from '@shared/contract';

const bitmaps = new WeakMap<Items, Map<number, HTMLCanvasElement>>();

/** One of the pictures as a canvas at its true size: made once, drawn often. */
export function pictureBitmap(pictures: Items, index: number): HTMLCanvasElement {
  const made = bitmaps.get(pictures) ?? new Map<number, HTMLCanvasElement>();
  bitmaps.set(pictures, made);
  const there = made.get(index);
  if (there) return there;
  const canvas = document.createElement('canvas');
  canvas.width = pictures.signal.width;
  canvas.height = pictures.signal.height;
  canvas
    .getContext('2d')
    ?.putImageData(new ImageData(pictureRgba(pictures, index), pictures.signal.width, pictures.signal.height), 0, 0);
  made.set(index, canvas);
  return canvas;
}

/** One of the pictures as RGBA bytes, opaque; grey is spread over the three colours. */
export function pictureRgba(pictures: Items, index: number): Uint8ClampedArray<ArrayBuffer> {
  const {
    signal: { height, width, channels },
    data: pixels,
  } = pictures;
  const size = height * width;
  const rgba = new Uint8ClampedArray(size * 4);
  const start = index * size * channels;
  for (let i = 0; i < size; i++) {
    const at = start + i * channels;
    rgba[i * 4] = pixels[at]!;
    rgba[i * 4 + 1] = pixels[channels === 3 ? at + 1 : at]!;
    rgba[i * 4 + 2] = pixels[channels === 3 ? at + 2 : at]!;
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}

/** One of the pictures as a PNG at its true size. */
export async function picturePng(pictures: Items, index: number): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>((resolve) => pictureBitmap(pictures, index).toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The picture could not be encoded.');
  return new Uint8Array(await blob.arrayBuffer());
}
