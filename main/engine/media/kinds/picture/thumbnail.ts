/** Longer side of a thumbnail, in pixels; a pack of at most this size needs none. */
export const THUMBNAIL_SIDE = 64;

interface Size {
  height: number;
  width: number;
}

/** Size of the thumbnails of pictures of this size, or null where the pictures are small enough themselves. */
export function thumbnailSize({ height, width }: Size): Size | null {
  const longer = Math.max(height, width);
  if (longer <= THUMBNAIL_SIDE) return null;
  const scaled = (side: number): number => Math.max(1, Math.round((side * THUMBNAIL_SIDE) / longer));
  return { height: scaled(height), width: scaled(width) };
}

/**
 * Makes pictures of one size smaller: every new pixel is the mean of the area it covers. Returns a function from
 * `[H,W,C]` to `[h,w,C]` bytes; its weights are worked out once for all pictures.
 */
export function createShrinker(from: Size, to: Size, channels: number): (pixels: Uint8Array) => Uint8Array {
  const columns = coverage(from.width, to.width);
  const rows = coverage(from.height, to.height);
  return (pixels) => {
    const narrow = new Float32Array(from.height * to.width * channels);
    for (let y = 0; y < from.height; y++) {
      columns.forEach(({ start, weights }, x) => {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let k = 0; k < weights.length; k++)
            sum += weights[k]! * pixels[(y * from.width + start + k) * channels + c]!;
          narrow[(y * to.width + x) * channels + c] = sum;
        }
      });
    }
    const small = new Uint8Array(to.height * to.width * channels);
    const rowLength = to.width * channels;
    rows.forEach(({ start, weights }, y) => {
      for (let i = 0; i < rowLength; i++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * narrow[(start + k) * rowLength + i]!;
        small[y * rowLength + i] = Math.round(sum);
      }
    });
    return small;
  };
}

/** For each new pixel: the first old pixel it covers, and the share of each it covers (summing to 1). */
function coverage(from: number, to: number): { start: number; weights: Float32Array }[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, i) => {
    const start = Math.floor(i * ratio);
    const end = Math.min(from, Math.ceil((i + 1) * ratio - 1e-9));
    const weights = Float32Array.from({ length: end - start }, (_, k) => {
      const covered = Math.min((i + 1) * ratio, start + k + 1) - Math.max(i * ratio, start + k);
      return covered / ratio;
    });
    return { start, weights };
  });
}
