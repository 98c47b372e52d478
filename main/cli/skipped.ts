import { wholeNumber } from './format';

const MOST_LISTED = 10;

/** Which files were passed over, in lines: the first ten and how many. */
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
