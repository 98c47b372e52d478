/** Skipped files named in a report; beyond that they are only counted. */
export const LISTED_SKIPPED = 1000;
const MAXIMUM_NAME = 300;

/** What an import left out and why: the first thousand by name, all by number. */
export interface SkippedFiles {
  add(file: string, reason: string): void;
  readonly count: number;
  list(): { file: string; reason: string }[];
}

export function createSkippedFiles(): SkippedFiles {
  const listed: { file: string; reason: string }[] = [];
  let count = 0;
  return {
    add(file, reason) {
      count += 1;
      if (listed.length < LISTED_SKIPPED) listed.push({ file: file.slice(0, MAXIMUM_NAME), reason });
    },
    get count() {
      return count;
    },
    list: () => [...listed],
  };
}
