import { wholeNumber } from '../../../../numbers';
import { folderOf } from '../../../../sources';
import type { PictureArray } from './choose';
import { namedLabels, numberedLabels, type ArrayLabels } from './labels';
import type { NamedArray } from './stored';

/** The labels of arrays of pictures, and every array that was needed for them. */
export interface MatchedLabels {
  labels: Map<PictureArray, ArrayLabels>;
  usedBy: Map<PictureArray, readonly NamedArray[]>;
}

/** More names than this are no classes. */
const MOST_CLASSES = 100_000;

/**
 * Finds the labels of each array of pictures: first in the same `.npz` (`x_train`/`y_train`, `images`/`labels`,
 * `data`/`target`, `arr_0`/`arr_1`), then in files whose names differ only by the word for it
 * (`kmnist-train-imgs.npz`/`kmnist-train-labels.npz`, `X.npy`/`y.npy`, IDX pairs). Adds to `notes` labels that don't
 * fit.
 */
export function matchLabels(
  arrays: readonly NamedArray[],
  pictures: readonly PictureArray[],
  called: (array: NamedArray) => string,
  notes: string[],
): MatchedLabels {
  const matched: MatchedLabels = { labels: new Map(), usedBy: new Map() };
  const taken = new Set(pictures.map(({ array }) => array));
  const lists = arrays.filter((array) => !taken.has(array) && (array.numbers !== null || array.texts !== null));
  for (const picture of pictures) {
    const [candidates, isLoose] = candidatesFor(picture.array, lists, taken);
    const count = picture.layout.count;
    for (const candidate of candidates.filter(({ header }) => header.shape[0] === count)) {
      const names = candidate.numbers === null ? null : namesOfClasses(candidate, arrays, count);
      const labels = labelsOf(candidate, count, names);
      if (labels === null || labels.classes.length > MOST_CLASSES) continue;
      const areNamed = names !== null && labels.classes.length === names.texts!.length;
      matched.labels.set(picture, labels);
      matched.usedBy.set(picture, areNamed ? [candidate, names] : [candidate]);
      if (isLoose) notes.push(`${called(picture.array)} goes with ${called(candidate)} only by its number and place.`);
      break;
    }
    if (matched.labels.has(picture)) continue;
    const [misfit] = candidates.filter(({ header }) => header.shape[0] !== count);
    if (misfit !== undefined)
      notes.push(
        `${called(picture.array)} holds ${wholeNumber(count)} pictures, but ${called(misfit)} ${wholeNumber(misfit.header.shape[0] ?? 1)} labels.`,
      );
    else if (picture.array.kind === 'idx') notes.push(`${picture.array.path} came without a file of labels.`);
  }
  shareTextClasses(matched);
  return matched;
}

/**
 * Arrays that may hold the labels of `pictures`, the likeliest first; `isLoose` where no name speaks for them, only
 * that they are the one list of labels of this length in the folder that goes with no other array.
 */
function candidatesFor(
  pictures: NamedArray,
  lists: readonly NamedArray[],
  taken: ReadonlySet<NamedArray>,
): [candidates: NamedArray[], isLoose: boolean] {
  const { entry, path, own, full, split } = pictures;
  if (full.isUnlabelled) return [[], false];
  const mayBeLabels = lists.filter(({ role, texts }) => role === 'labels' || (role === 'classes' && texts === null));
  const inside = entry === null ? [] : mayBeLabels.filter((list) => list.path === path);
  const named = inside.filter((list) => list.own.family === own.family && list.split === split);
  const next = /^arr_(\d+)$/.exec(entry ?? '')?.[1];
  const positioned =
    next === undefined ? [] : lists.filter((list) => list.path === path && list.entry === `arr_${Number(next) + 1}`);
  const ofSplit = inside
    .filter((list) => list.split === split)
    .sort((a, b) => Number(/fine/i.test(b.entry ?? '')) - Number(/fine/i.test(a.entry ?? '')));
  const outside = mayBeLabels.filter((list) => list.path !== path && list.split === split);
  const beside = outside.filter((list) => list.full.family === full.family);
  const found = [...new Set([...named, ...positioned, ...ofSplit, ...(inside.length > 0 ? [] : beside)])];
  if (found.length > 0) return [found, false];
  const loose = outside.filter(
    (list) =>
      folderOf(list.path) === folderOf(path) &&
      list.header.shape[0] === pictures.header.shape[0] &&
      ![...taken].some((other) => other.full.family === list.full.family && other.split === split),
  );
  return loose.length === 1 ? [loose, true] : [[], false];
}

function labelsOf({ numbers, texts, kind }: NamedArray, count: number, names: NamedArray | null): ArrayLabels | null {
  if (texts !== null) return texts.length === count ? namedLabels(texts) : null;
  return numbers === null
    ? null
    : numberedLabels(numbers, count, names?.texts ?? null, kind === 'idx', kind === 'stl' ? 1 : null);
}

/** The array that names the classes of `labels`: texts under such a name in the same file, else beside it. */
function namesOfClasses(labels: NamedArray, arrays: readonly NamedArray[], count: number): NamedArray | null {
  const all = arrays.filter(
    ({ role, texts }) =>
      role === 'classes' && texts !== null && texts.length !== count && new Set(texts).size === texts.length,
  );
  const inside = all.filter(({ path, entry }) => entry !== null && path === labels.path);
  const alike = (array: NamedArray): boolean => array.own.family === labels.own.family;
  const isBeside = ({ entry, path }: NamedArray): boolean => entry === null && folderOf(path) === folderOf(labels.path);
  return inside.find(alike) ?? inside[0] ?? all.find(isBeside) ?? null;
}

/** Parts of a dataset (train, test) may each lack a class: all that are labelled by text share one list, by name. */
function shareTextClasses({ labels }: MatchedLabels): void {
  const isNumber = (name: string): boolean => /^-?\d+$/.test(name);
  const texts = [...labels].filter(([, { classes }]) => !classes.every(isNumber));
  const lists = new Set(texts.map(([, { classes }]) => classes.join('\0')));
  if (lists.size < 2) return;
  const all = [...new Set(texts.flatMap(([, { classes }]) => classes))].sort();
  const index = new Map(all.map((name, i) => [name, i]));
  for (const [picture, { at, classes }] of texts)
    labels.set(picture, { at: at.map((old) => index.get(classes[old] ?? '') ?? -1), classes: all });
}
