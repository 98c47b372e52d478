import { readFolderName, type FolderName } from './folder-roles';

/** What the first walk saw of the pictures that lie directly in a folder. */
export interface FolderPictures {
  count: number;
  /** How often each word stood before the number in names like `cat.17.jpg`; null once a name was of another form. */
  words: Map<string, number> | null;
}

/** A folder of the sources that has pictures in it or below. */
export interface Folder extends FolderName {
  name: string;
  /** Path from the top; the top is `''`. */
  path: string;
  /** Pictures directly in it. */
  own: FolderPictures | null;
  children: Folder[];
  /** Pictures in it and below. */
  total: number;
}

/** Folders deeper than this say nothing any more. */
const MOST_DEEP = 64;

/** A folder's path, without what lies too deep. */
export function withinDepth(path: string): string {
  let at = -1;
  for (let depth = 0; depth < MOST_DEEP; depth++) {
    at = path.indexOf('/', at + 1);
    if (at < 0) return path;
  }
  return path.slice(0, at);
}

/** The folders that hold pictures, by path (none deeper than `withinDepth` allows), as a tree. */
export function folderTree(pictures: ReadonlyMap<string, FolderPictures>): Folder {
  const byPath = new Map<string, Folder>();
  const folderAt = (path: string): Folder => {
    const known = byPath.get(path);
    if (known) return known;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const folder: Folder = { name, path, own: null, children: [], total: 0, ...readFolderName(name) };
    byPath.set(path, folder);
    if (path !== '') folderAt(path.slice(0, Math.max(0, path.lastIndexOf('/')))).children.push(folder);
    return folder;
  };
  const top = folderAt('');
  for (const [path, own] of pictures) {
    folderAt(path).own = own;
    for (let above = path; ; above = above.slice(0, Math.max(0, above.lastIndexOf('/')))) {
      byPath.get(above)!.total += own.count;
      if (above === '') break;
    }
  }
  return top;
}

/** Calls `visit` with a folder and all below it. */
export function eachBelow(folder: Folder, visit: (folder: Folder) => void): void {
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    visit(next);
    waiting.push(...next.children);
  }
}

const nameForm = /^(\p{L}[\p{L} _-]*)\.\d+\.[a-z]+$/u;
const MOST_WORDS = 1000;

/** The word before the number in a name like `cat.17.jpg` (Dogs vs. Cats), or null. */
export const wordOf = (base: string): string | null => nameForm.exec(base)?.[1] ?? null;

/** Counts one picture called `base`. */
export function countPicture(own: FolderPictures, base: string): void {
  own.count += 1;
  if (own.words === null) return;
  const word = wordOf(base);
  if (word === null || (!own.words.has(word) && own.words.size === MOST_WORDS)) own.words = null;
  else own.words.set(word, (own.words.get(word) ?? 0) + 1);
}
