import type { Split } from '@shared/specs/dataset';
import type { SourceFile } from '../../../sources';

/** One picture out of a file that holds many. */
export interface CollectedPicture {
  /** `[H,W,C]` bytes. */
  pixels: Uint8Array;
  /** Name of its class, or null. */
  label: string | null;
}

/** Many pictures of one size inside one file (IDX, CIFAR batch, array of a `.npz`). */
export interface Collection {
  /** What its pictures are named after: `train-images-idx3-ubyte#17`. */
  name: string;
  /** Pictures it says it holds. */
  count: number;
  height: number;
  width: number;
  channels: 1 | 3 | 4;
  /** The split its name speaks of, or null. */
  split: Split | null;
  /** Names of all classes its pictures may have, in their own order. */
  classes(): string[];
  /** Its pictures in order, read as a stream; ends early where the file is cut off. */
  pictures(file: SourceFile): AsyncGenerator<CollectedPicture>;
}

const trainWords = new Set(['train', 'training', 'tr', 'trn', 'unlabeled', 'unlabelled']);
const testWords = new Set([
  't10k',
  'test',
  'testing',
  'val',
  'valid',
  'validation',
  'dev',
  'eval',
  'holdout',
  'te',
  'tst',
]);

/** The split that a word of a name speaks of: `train` → train; `t10k`, `test`, `val` → test. */
export function splitOfWords(words: readonly string[]): Split | null {
  if (words.some((word) => trainWords.has(word))) return 'train';
  return words.some((word) => testWords.has(word)) ? 'test' : null;
}

/** Distinct class numbers as names, in order of number. */
export function numberedClasses(labels: Iterable<number>): string[] {
  return [...new Set(labels)].sort((a, b) => a - b).map(String);
}
