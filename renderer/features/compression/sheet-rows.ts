import type { CompressedRun, Compression, EachLikeness, Items } from '@shared/contract';
import { bytesOf, codesBytes, matchOf, type Counting } from './amounts';

/** A row of the sheet: the same pictures in one way. */
export interface SheetRow {
  key: 'originals' | 'codes' | 'jpeg' | 'webp';
  pictures: Items;
  /** Null of the originals. */
  each: EachLikeness | null;
  /** A format's quality, and how many times as many bytes it takes; at most 1 where it fits. */
  format: { quality: number; fits: boolean; times: number } | null;
}

/** Originals, what the codes decode to, and the formats with as many bytes, or at their lowest quality. */
export function sheetRows(
  found: Pick<Compression, 'originals' | 'codecs'>,
  run: CompressedRun,
  place: number,
  counting: Counting,
): SheetRow[] {
  const own = codesBytes(run, counting);
  const formats = (['jpeg', 'webp'] as const).flatMap((key): SheetRow[] => {
    const match = matchOf(found, key, place)?.sameSize[counting];
    if (!match) return [];
    const { point, fits, pictures, each } = match;
    return [{ key, pictures, each, format: { quality: point.quality, fits, times: bytesOf(point, counting) / own } }];
  });
  return [
    { key: 'originals', pictures: found.originals, each: null, format: null },
    { key: 'codes', pictures: run.reconstructions, each: run.each, format: null },
    ...formats,
  ];
}
