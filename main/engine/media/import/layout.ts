import type { Split } from '@shared/specs/dataset';
import { byName } from '../sources';
import {
  countPicture,
  eachBelow,
  folderTree,
  withinDepth,
  wordOf,
  type Folder,
  type FolderPictures,
} from './folder-tree';
import { readLevel, type Level } from './split-level';

/** What the folders of a source say about its pictures. */
export interface Layout {
  /** Class of the picture called `base` in a folder, or null. */
  classOf(folder: string, base: string): string | null;
  /** Split of the pictures in a folder; null unless folders say what to train on and what is held out. */
  splitOf(folder: string): Split | null;
  /** Why the pictures in a folder are not imported, or null. */
  leftOut(folder: string): string | null;
  /** All classes, sorted: numbers by value, names by name. */
  classes: string[];
  /** Whether the classes are words that file names begin with, since folders name none. */
  classesAreWords: boolean;
  /** Pictures that are left out. */
  leftOutCount: number;
  /** How the names of folders were understood, for the report. */
  notes: string[];
}

/** What is known of one folder's pictures. */
interface Place {
  label: string | null;
  split: Split | null;
}

/** The first walk's look at folders: counts each picture where it lies. */
export function createFolderCount(): { add(folder: string, base: string): void; folders: Map<string, FolderPictures> } {
  const folders = new Map<string, FolderPictures>();
  return {
    add(path, base) {
      const folder = withinDepth(path);
      let own = folders.get(folder);
      if (own === undefined) folders.set(folder, (own = { count: 0, words: new Map() }));
      countPicture(own, base);
    },
    folders,
  };
}

/**
 * Infers classes and splits from the folders that hold pictures. Folders that wrap everything say nothing (`flowers/`
 * in `flowers/daisy`, `flowers/tulip`). Below them, names like `train` beside names like `test` or `val` are splits,
 * and the next folder names the class; or the class comes first and splits lie in it (`cat/train`, `cat/test`).
 * `unlabeled`, `extra` and folders that lie astray beside the splits have no class. One class for everything is none.
 */
export function inferLayout(pictures: ReadonlyMap<string, FolderPictures>): Layout {
  const top = folderTree(pictures);
  const level = readLevel(top);
  const places = new Map<string, Place>();
  const out = new Set<string>();
  const splitsGiven = level.splitsGiven;
  const put = (folder: Folder, label: string | null, split: Split | null): void =>
    eachBelow(folder, ({ path }) => places.set(path, { label, split }));

  for (const { folder } of level.masks) eachBelow(folder, ({ path }) => out.add(path));
  for (const { folder, split } of level.plain) put(folder, null, split);
  let saysClass = false;
  if (level.kind === 'class-first') {
    for (const { folder, label, split } of level.classes) put(folder, label, split);
    saysClass = new Set(level.classes.map(({ label }) => label)).size > 1;
  } else saysClass = labelBelow(level, places);

  const words = saysClass ? null : wordClasses(level);
  const labels = [...places.values()].map(({ label }) => label).filter((label) => label !== null);
  const classes = words ?? (saysClass ? [...new Set(labels)] : []);
  const known = new Set(classes);
  return {
    classOf(folder, base) {
      if (words === null) return saysClass ? (places.get(withinDepth(folder))?.label ?? null) : null;
      const word = wordOf(base);
      return word !== null && known.has(word) ? word : null;
    },
    splitOf: (folder) => (splitsGiven ? (places.get(withinDepth(folder))?.split ?? null) : null),
    leftOut: (folder) =>
      out.has(withinDepth(folder))
        ? 'it is a mask or label picture that belongs to others; import its folder by itself if you want it'
        : null,
    classes: sortClasses(classes),
    classesAreWords: words !== null,
    leftOutCount: level.masks.reduce((sum, { folder }) => sum + folder.total, 0),
    notes: [
      ...level.notes,
      ...(words === null ? [] : [`Classes are the words that file names begin with: ${listed(sortClasses(words))}.`]),
    ],
  };
}

/** Gives the folders below each split their classes; true when these say something. */
function labelBelow(level: Level & { kind: 'split-first' }, places: Map<string, Place>): boolean {
  let containers = level.containers;
  // a folder that wraps all classes in every split says nothing: train/raw/cat, test/raw/cat
  for (;;) {
    const names = new Set(containers.flatMap(({ folder }) => folder.children.map(({ name }) => name)));
    const isWrapped = containers.every(
      ({ folder }) => folder.own === null && folder.children.every(({ children }) => children.length > 1),
    );
    if (names.size !== 1 || !isWrapped) break;
    containers = containers.flatMap(({ folder, split }) => folder.children.map((child) => ({ folder: child, split })));
  }
  const labels = new Set<string>();
  let beside = false;
  const put = (folder: Folder, label: string | null, split: Split | null): void =>
    eachBelow(folder, ({ path }) => places.set(path, { label, split }));
  for (const { folder, split } of containers) {
    const label = folder.children.length === 0 ? (level.suffixes?.get(folder.path) ?? null) : null;
    places.set(folder.path, { label, split });
    if (label !== null) labels.add(label);
    if (folder.own !== null && folder.children.length > 0) beside = true;
    for (const child of folder.children) {
      put(child, child.name, split);
      labels.add(child.name);
    }
  }
  // what lies astray may still have the classes' own folders in it
  for (const { folder, split } of level.strays)
    eachBelow(folder, (below) => {
      const label =
        below.path
          .slice(folder.path.length)
          .split('/')
          .find((name) => labels.has(name)) ?? null;
      places.set(below.path, { label, split });
    });
  return labels.size > 1 || (labels.size === 1 && (beside || level.strays.length > 0));
}

/**
 * Classes out of file names like `cat.0.jpg`, where folders name none and every picture to train on has such a name;
 * else null.
 */
function wordClasses(level: Level): string[] | null {
  if (level.kind === 'class-first') return null;
  const folders = level.containers.filter(({ split }) => split !== 'test').map(({ folder }) => folder);
  const counts = new Map<string, number>();
  for (const { own, children } of folders) {
    if (children.length > 0 || !own?.words) return null;
    for (const [word, count] of own.words) counts.set(word, (counts.get(word) ?? 0) + count);
  }
  const isRepeated = counts.size > 1 && [...counts.values()].every((count) => count > 1);
  return isRepeated ? [...counts.keys()] : null;
}

const MOST_LISTED = 5;

/** `a, b and 4 more`. */
export function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return more > 1 ? `${names.slice(0, MOST_LISTED).join(', ')} and ${more} more` : names.join(', ');
}

/** Class names in an order people expect: numbers by value, all else by name. */
export function sortClasses(classes: readonly string[]): string[] {
  const numbers = classes.every((name) => /^\d{1,15}$/.test(name));
  return [...classes].sort(numbers ? (a, b) => Number(a) - Number(b) || byName(a, b) : byName);
}
