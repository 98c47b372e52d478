import type { Items } from '@shared/contract';
import { pictureBitmap } from '@/media/picture/pictures';

/** Each picture is drawn at least about this large, px: each pixel as a square of them. */
const SHOWN = 96;
/** Between two pictures, px. */
const GAP = 4;

/** Pictures side by side as one PNG, transparent between them. */
export async function stripPng(pictures: Items): Promise<Uint8Array> {
  const {
    signal: { height, width },
    count,
  } = pictures;
  const scale = Math.max(1, Math.round(SHOWN / Math.max(height, width)));
  const canvas = document.createElement('canvas');
  canvas.height = height * scale;
  canvas.width = count * (width * scale + GAP) - GAP;
  const context = canvas.getContext('2d');
  if (context) context.imageSmoothingEnabled = false;
  for (let number = 0; number < count; number++) {
    const left = number * (width * scale + GAP);
    context?.drawImage(pictureBitmap(pictures, number), left, 0, width * scale, height * scale);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The strip could not be encoded.');
  return new Uint8Array(await blob.arrayBuffer());
}
