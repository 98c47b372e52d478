import type { SampleQuality } from '@shared/contract';
import { counted, significant, wholeNumber } from './format';

/**
 * The result of `evaluate --samples` for a prior's samples: `real` is what as many real pictures of the other split
 * reach.
 */
export function samplesResult(
  { samples, items, byClass, measures, realItems, realMeasures }: SampleQuality,
  seed: number,
) {
  return { count: samples, seed, items, byClass, measures, real: { items: realItems, measures: realMeasures } };
}

/** The same in a few lines, with a note about small numbers of samples. */
export function qualityText({
  samples,
  items,
  split,
  byClass,
  measures,
  realItems,
  realMeasures,
}: SampleQuality): string[] {
  const parts = (all: SampleQuality['measures']): string =>
    Object.entries(all)
      .map(([name, value]) => `${name} ${significant(value)}`)
      .join(', ');
  const real =
    realItems > 0 ? [`${wholeNumber(realItems)} real pictures of the other split: ${parts(realMeasures)}.`] : [];
  return [
    `${counted(samples, 'sample')}${byClass ? ' of the classes' : ''} compared with ${counted(items, `${split} item`)}: ${parts(measures)}.`,
    ...real,
    'The fewer the pictures, the larger fid-like is: compare only equal numbers of samples.',
  ];
}
