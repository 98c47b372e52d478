import type { Split } from '@shared/specs/dataset';
import { byName } from '../sources';

/** What the folders of a source say about its pictures. */
export interface Layout {
  /** Class of the pictures in a folder, or null. */
  classOf(folder: string): string | null;
  /** Split of the pictures in a folder; null unless the source has both train and test folders. */
  splitOf(folder: string): Split | null;
  /** All classes, sorted: numbers by value, names by name. */
  classes: string[];
}

const splitNames: Record<string, Split> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  val: 'test',
  valid: 'test',
  validation: 'test',
};
const splitNamed = (name: string | undefined): Split | null => {
  const key = name?.toLowerCase() ?? '';
  return Object.hasOwn(splitNames, key) ? splitNames[key]! : null;
};

/**
 * Infers classes and splits from the folders that hold pictures (`''` is the top). Folders that wrap everything say
 * nothing (`flowers/` in `flowers/daisy`, `flowers/tulip`). Below them, `train` beside `test` (or `val`, `valid`:
 * held out as well) are splits; the next folder names the class, deeper ones do not. One class for everything is none.
 */
export function inferLayout(folders: Iterable<string>): Layout {
  const paths = [...folders].map((folder) => (folder === '' ? [] : folder.split('/')));
  const wrapper = commonLength(paths);
  const splits = new Set(paths.map((path) => splitNamed(path[wrapper])));
  const hasSplits = splits.has('train') && splits.has('test');

  const below = (path: readonly string[]): string | null => {
    const isSplit = hasSplits && splitNamed(path[wrapper]) !== null;
    return path[wrapper + (isSplit ? 1 : 0)] ?? null;
  };
  const named = new Set(paths.map(below));
  const says = named.size > 1;
  const classes = [...named].filter((name) => name !== null);
  return {
    classOf: (folder) => (says ? below(folder.split('/').filter((part) => part !== '')) : null),
    splitOf: (folder) => (hasSplits ? splitNamed(folder.split('/')[wrapper]) : null),
    classes: says ? sortClasses(classes) : [],
  };
}

/** Class names in an order people expect: numbers by value, all else by name. */
export function sortClasses(classes: readonly string[]): string[] {
  const numbers = classes.every((name) => /^\d{1,15}$/.test(name));
  return [...classes].sort(numbers ? (a, b) => Number(a) - Number(b) || byName(a, b) : byName);
}

/** Number of leading folders that all paths share. */
function commonLength(paths: readonly string[][]): number {
  const [first = []] = paths;
  let length = first.length;
  for (const path of paths) {
    let same = 0;
    while (same < length && path[same] === first[same]) same += 1;
    length = same;
  }
  return length;
}
