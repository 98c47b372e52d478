import { wholeNumber } from './format';

const MOST_LISTED = 10;

/** Skipped files as lines: the first ten, and the number of the others. */
export function skippedLines({
  skipped,
  skippedCount,
}: {
  skipped: readonly { file: string; reason: string }[];
  skippedCount: number;
}): string[] {
  return [
    ...(skippedCount > 0 ? [`${wholeNumber(skippedCount)} skipped:`] : []),
    ...skipped.slice(0, MOST_LISTED).map(({ file, reason }) => `  ${file}: ${reason}`),
    ...(skippedCount > MOST_LISTED ? ['  …'] : []),
  ];
}
