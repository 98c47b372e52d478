import type { PictureLayout } from './shape';

/** A reading is believed if neighbouring pixels differ by less than this share of what they do in any other. */
const CLEARLY = 0.8;

/**
 * Among several readings of flattened pictures, the one in which neighbouring pixels are clearly most alike: planes of
 * colour taken for mixed colours, or the other way round, make noise of any photograph. Null where the values don't
 * tell.
 * @param values of some whole pictures in order, each in one piece
 */
export function smoothestLayout(values: ArrayLike<number>, layouts: readonly PictureLayout[]): PictureLayout | null {
  const rough = layouts
    .map((layout) => ({ layout, roughness: roughness(values, layout) }))
    .sort((a, b) => a.roughness - b.roughness);
  const [first, second] = rough;
  if (first === undefined || second === undefined || !(first.roughness < CLEARLY * second.roughness)) return null;
  return first.layout;
}

/** Sum of the differences between each value and the one below and to the right of it in the same channel. */
function roughness(values: ArrayLike<number>, { height, width, channels, stride }: PictureLayout): number {
  let sum = 0;
  for (let from = 0; from + stride.picture <= values.length; from += stride.picture) {
    for (let y = 0; y + 1 < height; y++) {
      for (let x = 0; x + 1 < width; x++) {
        for (let c = 0; c < channels; c++) {
          const at = from + y * stride.row + x * stride.column + c * stride.channel;
          sum += Math.abs(values[at]! - values[at + stride.row]!) + Math.abs(values[at]! - values[at + stride.column]!);
        }
      }
    }
  }
  return sum;
}
