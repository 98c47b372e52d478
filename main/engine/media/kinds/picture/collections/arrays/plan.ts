import type { ValueRange } from '../../value-range';
import type { Collection } from '../collection';
import { labelAt, type ArrayLabels } from './labels';
import { matchLabels } from './match';
import { arrayPictures } from './pictures';
import { choosePictures, type PictureArray } from './choose';
import { shareRanges } from './ranges';
import type { ScanContext } from './scan';
import { calledIn, groupBy, shapeInWords, withName, type NamedArray, type StoredArray } from './stored';

/** What becomes of the arrays of one source. */
export interface ArrayPlan {
  /** By path of the file. */
  collections: Map<string, Collection[]>;
  /** Files of labels or names of classes that are used. */
  companions: Set<string>;
  /** Files of which nothing is used, and why. */
  refused: Map<string, string>;
  notes: string[];
}

/** Words for a part that is neither for training nor called a test. */
const heldOutWords = new Set(['val', 'valid', 'validation', 'dev', 'eval']);

/**
 * Decides what the arrays of one source are (pictures, masks, labels, names of classes) by shape, values and name,
 * which labels go with which pictures, and how numbers become pixels. Whatever is assumed or left out is in the notes.
 */
export function planArrays(stored: readonly StoredArray[], context: ScanContext): ArrayPlan {
  const arrays = stored.map(withName);
  const called = calledIn(arrays);
  const plan: ArrayPlan = { collections: new Map(), companions: new Set(), refused: new Map(), notes: [] };
  const used = new Set<NamedArray>();
  const reasons = new Map<NamedArray, string>();

  const chosen = choosePictures(arrays, context, called, plan.notes, reasons);
  const { labels, usedBy } = matchLabels(arrays, chosen, called, plan.notes);
  const ranges = shareRanges(chosen, context.range, called, plan.notes, reasons);
  for (const picture of chosen) {
    const { array } = picture;
    const its = ranges.get(picture);
    if (its === undefined) continue;
    used.add(array);
    for (const helper of usedBy.get(picture) ?? []) used.add(helper);
    const found = collectionOf(picture, its, labels.get(picture) ?? null);
    plan.collections.set(array.path, [...(plan.collections.get(array.path) ?? []), found]);
  }
  for (const { array } of ranges.keys())
    if (heldOutWords.has(array.own.splitWord || array.full.splitWord))
      plan.notes.push(`“${called(array)}” is held out for testing.`);
  reportUnused(arrays, used, reasons, plan, called);
  return plan;
}

function collectionOf({ array, layout }: PictureArray, range: ValueRange, labels: ArrayLabels | null): Collection {
  const { count, height, width, channels } = layout;
  return {
    name: array.entry === null ? array.path.replace(/\.gz$/i, '') : `${array.path}/${array.entry}`,
    count,
    height,
    width,
    channels,
    split: array.split,
    classes: () => labels?.classes ?? [],
    async *pictures(file) {
      let index = 0;
      for await (const pixels of arrayPictures(() => array.read(file), array.header, layout, range)) {
        yield { pixels, label: labels === null ? null : labelAt(labels, index) };
        index += 1;
      }
    },
  };
}

/** Names every array that nothing was made of; a file of which nothing was used is refused with the reason. */
function reportUnused(
  arrays: readonly NamedArray[],
  used: ReadonlySet<NamedArray>,
  reasons: ReadonlyMap<NamedArray, string>,
  plan: ArrayPlan,
  called: (array: NamedArray) => string,
): void {
  const byFile = groupBy(arrays, ({ path }) => path);
  for (const [path, all] of byFile) {
    if (!all.some((array) => used.has(array))) {
      plan.refused.set(
        path,
        all.map((array) => reasons.get(array)).find((reason) => reason !== undefined) ?? reasonOf(all),
      );
      continue;
    }
    if (!plan.collections.has(path)) plan.companions.add(path);
    const unused = all.filter((array) => !used.has(array));
    for (const array of unused) if (reasons.has(array)) plan.notes.push(`Not used: ${reasons.get(array)!}.`);
    const others = unused.filter((array) => !reasons.has(array));
    if (others.length > 0)
      plan.notes.push(
        `Not used: ${others.map((array) => `“${called(array)}” (${shapeInWords(array.header)})`).join(', ')}.`,
      );
  }
}

function reasonOf(all: readonly NamedArray[]): string {
  const [first] = all;
  if (first !== undefined && first.entry === null && (first.role === 'labels' || first.header.shape.length === 1))
    return 'it holds labels, but the pictures they belong to are missing';
  if (first?.entry === null) return `it has the shape ${shapeInWords(first.header)}, which is not that of pictures`;
  return 'it holds no array of pictures ([N, height, width] or [N, height, width, channels])';
}
