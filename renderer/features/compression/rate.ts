import type { CodecPoint, CompressedRun, Compression, Likeness } from '@shared/contract';
import { bytesOf, codesBytes, type Counting } from './amounts';

export type RateMeasure = keyof Likeness;

/** One place of the rate–distortion plot. */
export interface RatePoint {
  bitsPerPixel: number;
  value: number;
  /** Quality of a format. */
  quality: number | null;
}

export interface RateCurve {
  /** A format, or a run by its place. */
  of: 'jpeg' | 'webp' | number;
  points: RatePoint[];
}

/** The measures that all there is to plot has. */
export function rateMeasures({ runs }: Pick<Compression, 'runs'>): RateMeasure[] {
  const all: RateMeasure[] = ['psnr', 'ssim', 'perceptual'];
  return all.filter((measure) => runs.every((run) => run[measure] !== null));
}

/** Curves of the formats, then a place for each run, by the coder that its file has. */
export function rateCurves(
  { codecs, runs, pixels }: Pick<Compression, 'codecs' | 'runs' | 'pixels'>,
  measure: RateMeasure,
  counting: Counting,
): RateCurve[] {
  const perPixel = (bytes: number): number => (bytes * 8) / pixels;
  const place = (point: CodecPoint): RatePoint[] =>
    point[measure] === null
      ? []
      : [{ bitsPerPixel: perPixel(bytesOf(point, counting)), value: point[measure], quality: point.quality }];
  const ofRun = (run: CompressedRun, index: number): RateCurve => ({
    of: index,
    points:
      run[measure] === null
        ? []
        : [{ bitsPerPixel: perPixel(codesBytes(run, counting)), value: run[measure], quality: null }],
  });
  return [
    ...codecs.formats.map(({ format, curve }) => ({ of: format, points: curve.flatMap(place) })),
    ...runs.map(ofRun),
  ];
}
