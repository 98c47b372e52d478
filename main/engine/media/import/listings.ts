import { AppError } from '@shared/errors';
import { noTexts, type ItemTexts, type Split } from '@shared/specs/dataset';
import { formatOfEnding } from '../kinds/picture/formats';
import { wholeNumber } from '../numbers';
import { baseOf, endingOf, folderOf, type Source, type SourceFile } from '../sources';
import { fileColumn, isCaptionColumn } from './columns';
import { listingOfTable, mayBeListing, parseListing, type ListingFile } from './listing-file';
import type { Layout } from './layout';
import { isNamedTable, mayBeTable, parseObject, readTable, textOf } from './table';
import { beforeFirstDot, matchTexts, type OwnFile, type TableFile, type Texts } from './texts';

/** What lists beside the pictures of one source say and their folders don't. */
export interface Listings {
  /**
   * The class that a list gives a picture: null for one whose folder is a class, since these win over a list, unless
   * all folders are one and the same class.
   */
  classOf(path: string): string | null;
  splitOf(path: string): Split | null;
  /** Its captions, tags and fields. */
  textsOf(path: string): ItemTexts;
  classes: string[];
  /** Whether lists say both what to train on and what is held out. */
  splitsGiven: boolean;
  /** The lists that are used, so that they are not reported as skipped. */
  used: Set<string>;
  /** Tables that can't be read, and why. */
  refused: Map<string, string>;
  notes: string[];
}

export const noListings: Listings = {
  classOf: () => null,
  splitOf: () => null,
  textsOf: () => noTexts,
  classes: [],
  splitsGiven: false,
  used: new Set(),
  refused: new Map(),
  notes: [],
};

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_FILES = 200;
/** `.cls` of WebDataset: a file beside each picture that holds its class. */
const SIDECAR = 'cls';
const SIDECAR_BYTES = 256;
/** What is said of one item in a file of its own is shorter. */
const OWN_BYTES = 64 * 1024;

/** Gathers the lists of one source while it is walked for the first time. */
export interface ListingCollector {
  examine(file: SourceFile): Promise<void>;
  /** Walks the source again, by names only, to see which lists are about its pictures. */
  finish(source: Source, prefix: string, layout: Layout, signal: AbortSignal): Promise<Listings>;
}

export function createListingCollector(): ListingCollector {
  const files: ListingFile[] = [];
  const tables: TableFile[] = [];
  const own: OwnFile[] = [];
  const refused = new Map<string, string>();
  const sidecars = new Map<string, { path: string; label: string }>();
  const keepListing = (path: string, text: string): void => {
    const listing = files.length < MOST_FILES ? parseListing(path, text) : null;
    if (listing !== null) files.push(listing);
  };
  const read = async (file: SourceFile): Promise<void> => {
    const { path } = file;
    const ending = endingOf(path);
    const size = await file.size();
    if (ending === SIDECAR) {
      if (size > SIDECAR_BYTES) return;
      const label = Buffer.from(await file.read())
        .toString('utf8')
        .trim();
      if (/^[^\0-\x1f]+$/.test(label)) sidecars.set(beforeFirstDot(path), { path, label });
      return;
    }
    const isOwn = ['txt', 'json'].includes(ending) && size <= OWN_BYTES;
    if (!isOwn && !mayBeTable(path) && !mayBeListing(path)) return;
    if (size > MOST_BYTES) {
      if (isNamedTable(path)) refused.set(path, 'it is too large for a table of captions and fields');
      return;
    }
    const bytes = await file.read();
    const text = textOf(bytes);
    if (mayBeTable(path) && text !== null) {
      const table = readTable(path, text);
      tables.push({ path, ...table });
      // a table of captions is no list of classes, however few its captions are
      const isTable = !mayBeListing(path) || (fileColumn(table.columns) !== -1 && table.columns.some(isCaptionColumn));
      const listing = isTable ? listingOfTable(path, table) : null;
      if (listing !== null && files.length < MOST_FILES) files.push(listing);
      else if (!isTable) keepListing(path, text);
    } else if (isOwn && text !== null) {
      const row = ending === 'json' ? parseObject(text) : null;
      if (row !== null) own.push({ path, row });
      else if (ending === 'txt') own.push({ path, text });
    } else {
      if (isNamedTable(path) || isOwn) refused.set(path, 'its text is not UTF-8: save it as UTF-8');
      if (mayBeListing(path)) keepListing(path, Buffer.from(bytes).toString('utf8'));
    }
  };
  return {
    async examine(file) {
      try {
        await read(file);
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown; // it is reported as skipped
      }
    },
    async finish(source, prefix, layout, signal) {
      if (files.length + sidecars.size + tables.length + own.length + refused.size === 0) return noListings;
      const pictures: string[] = [];
      for await (const file of source.files({ signal, refuse: () => undefined }))
        if (formatOfEnding(endingOf(file.path)) !== null) pictures.push(file.path);
      const texts = matchTexts(tables, own, pictures);
      // a text that is about one item of its name is no list of several
      for (const file of own)
        if ('text' in file && !texts.used.has(file.path) && mayBeListing(file.path)) keepListing(file.path, file.text);
      const named = new Set(refused.size === 0 ? [] : pictures.map(beforeFirstDot));
      for (const path of refused.keys())
        if (!isNamedTable(path) && !named.has(beforeFirstDot(path))) refused.delete(path);
      const found = matchListings(files, sidecars, pictures, prefix, layout, texts.exact);
      return {
        ...found,
        textsOf: texts.of,
        used: new Set([...found.used, ...texts.used].filter((path) => !refused.has(path))),
        refused,
        notes: [...found.notes, ...texts.notes],
      };
    },
  };
}

function matchListings(
  files: readonly ListingFile[],
  sidecars: ReadonlyMap<string, { path: string; label: string }>,
  pictures: readonly string[],
  prefix: string,
  layout: Layout,
  exact: Texts['exact'],
): Omit<Listings, 'textsOf' | 'refused'> {
  const labels = new Map<string, string>();
  const splits = new Map<string, Split>();
  const used = new Set<string>();
  const notes: string[] = [];
  const splitLists: string[] = [];
  let disagree = false;
  const place = (path: string): string => (prefix + folderOf(path)).replace(/\/$/, '');
  const layoutSplit = (path: string): Split | null => layout.splitOf(place(path));
  const layoutWins = layout.classes.length > 1;
  const layoutClass = (path: string): string | null => (layoutWins ? layout.classOf(place(path), baseOf(path)) : null);
  /** Whether a list's class is another than the one that the layout gives, which wins. */
  const isOverruled = (path: string, label: string): boolean => ![null, label].includes(layoutClass(path));
  const winner = layout.classesAreWords ? 'the words that file names begin with are used' : 'the folders’ are used';

  for (const listing of files) {
    const scope = scopeOf(listing, pictures);
    const found: { path: string; label: string | null; split: Split | null }[] = [];
    for (const path of pictures) {
      if (!path.startsWith(scope)) continue;
      const given = layoutSplit(path);
      if (listing.split !== null && given !== null && given !== listing.split) continue;
      const entry = entryFor(listing, path, exact.has(listing.path));
      if (entry !== undefined) found.push({ path, label: entry.label, split: entry.split ?? listing.split });
    }
    // a list is about these pictures if it knows most of what it lists
    if (found.length * 2 < listing.entries.size || found.length === 0) continue;
    const hasClasses = areClasses(found, listing.isHeaded, layout.classes);
    const before = labels.size;
    let overruled = false;
    for (const { path, label, split } of found) {
      if (hasClasses && label !== null) {
        overruled ||= isOverruled(path, label);
        if (layoutClass(path) === null && !labels.has(path)) labels.set(path, label);
      }
      if (split === null) continue;
      if (splits.has(path) && splits.get(path) !== split) disagree = true;
      splits.set(path, split);
    }
    const saysSplit = found.some(({ split }) => split !== null);
    if (saysSplit) splitLists.push(listing.path);
    if (labels.size > before)
      notes.push(`Classes of ${wholeNumber(labels.size - before)} pictures are from ${listing.path}.`);
    if (overruled) notes.push(`${listing.path} also names classes: ${winner}.`);
    if (hasClasses || saysSplit) used.add(listing.path);
  }
  const before = labels.size;
  let overruled = false;
  for (const path of pictures) {
    const beside = sidecars.get(beforeFirstDot(path));
    if (beside === undefined) continue;
    used.add(beside.path);
    overruled ||= isOverruled(path, beside.label);
    if (layoutClass(path) === null && !labels.has(path)) labels.set(path, beside.label);
  }
  if (labels.size > before)
    notes.push(`Classes of ${wholeNumber(labels.size - before)} pictures are from the .${SIDECAR} files beside them.`);
  if (overruled) notes.push(`The .${SIDECAR} files beside pictures also name classes: ${winner}.`);

  const sides = new Set(splits.values());
  const splitsGiven = sides.size === 2 && !disagree && !pictures.some((path) => layoutSplit(path) !== null);
  if (splitsGiven) notes.push(`Splits are from the lists: ${splitLists.join(', ')}.`);
  else if (disagree) notes.push(`The lists ${splitLists.join(', ')} disagree about splits: they are not used.`);
  return {
    classOf: (path) => labels.get(path) ?? null,
    splitOf: (path) => (splitsGiven ? (splits.get(path) ?? null) : null),
    classes: [...new Set(labels.values())],
    splitsGiven,
    used,
    notes,
  };
}

/** Where the pictures of a list are: below its own folder, or where it has none (`meta/`), below the next that has. */
function scopeOf({ folder }: ListingFile, pictures: readonly string[]): string {
  for (let scope = folder; scope !== ''; scope = folderOf(scope))
    if (pictures.some((path) => path.startsWith(`${scope}/`))) return `${scope}/`;
  return '';
}

/**
 * A picture by as much of its path as the list has, with its ending or without; by all of it, from the list, if
 * `isExact`.
 */
function entryFor(
  { entries, folder }: ListingFile,
  path: string,
  isExact: boolean,
): { label: string | null; split: Split | null } | undefined {
  if (isExact) {
    const from = folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
    return from === null ? undefined : (entries.get(from) ?? entries.get(from.replace(/\.[^./]+$/, '')));
  }
  for (let rest = path; ; rest = rest.slice(rest.indexOf('/') + 1)) {
    const entry = entries.get(rest) ?? entries.get(rest.replace(/\.[^./]+$/, ''));
    if (entry !== undefined || !rest.includes('/')) return entry;
  }
}

/** Whether what stands beside the names are classes: few for the pictures they name, and no measures. */
function areClasses(found: readonly { label: string | null }[], isHeaded: boolean, known: readonly string[]): boolean {
  const labels = new Set(found.map(({ label }) => label).filter((label) => label !== null));
  if (labels.size < 2 || [...labels].some((label) => /^[-+]?\d*\.\d+$/.test(label) || label.length > 100)) return false;
  const isKnown = new Set(known);
  const fresh = [...labels].filter((label) => !isKnown.has(label)).length;
  return fresh * 2 <= found.length || (isHeaded && fresh < found.length) || fresh === 0;
}
