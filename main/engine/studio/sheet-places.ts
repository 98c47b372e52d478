import type { EachLikeness } from '@shared/contract';
import type { Signal } from '@shared/specs';
import type { LikenessOfEach } from './picture-likeness';
import { evenlySpread } from './reconstruct';

/** Pictures on a sheet at most, and bytes of them: there are several sheets in an answer. */
const [MOST_SHOWN, MOST_BYTES] = [12, 1024 * 1024];

/** Which of `count` pictures are shown, evenly spread: the same of the same number, whoever made them. */
export function onSheet(count: number, { height, width, channels }: Signal): number[] {
  const most = Math.max(1, Math.min(MOST_SHOWN, Math.floor(MOST_BYTES / (height * width * channels))));
  return [
    ...evenlySpread(
      Uint32Array.from({ length: count }, (_, place) => place),
      most,
    ),
  ];
}

export function eachOnSheet({ psnr, ssim }: LikenessOfEach, places: readonly number[]): EachLikeness {
  const of = (values: Float32Array) => Float32Array.from(places, (place) => values[place] ?? NaN);
  return { psnr: of(psnr), ssim: of(ssim) };
}
