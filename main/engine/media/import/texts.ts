import type { ItemTexts } from '@shared/specs/dataset';
import { noTexts } from '@shared/specs/dataset';
import { wholeNumber } from '../numbers';
import { byName, folderOf } from '../sources';
import { fileColumn, isCaptionColumn, isTagColumn } from './columns';
import type { Row, Table } from './table';

/** A table beside the items, by its path in the source. */
export interface TableFile extends Table {
  path: string;
}

/** A file of one item's own: `NAME.txt` or `NAME.json` beside `NAME.png`. */
export type OwnFile = { path: string; text: string } | { path: string; row: Row };

/** What tables and files beside the items of one source say of them. */
export interface Texts {
  of(path: string): ItemTexts;
  /** The tables and files that said something. */
  used: Set<string>;
  /** Tables of which a row names an item by its path from the table: their other rows name no item by less. */
  exact: Set<string>;
  notes: string[];
}

type Value = string | number | boolean | null;
interface Gathered {
  captions: Set<string>;
  tags: Set<string>;
  fields: Map<string, Set<Value>>;
}

/** Finds the items that tables and files are about: by path and nothing less, since folders may use the same names. */
export function matchTexts(tables: readonly TableFile[], own: readonly OwnFile[], items: readonly string[]): Texts {
  const gathered = new Map<string, Gathered>();
  const used = new Set<string>();
  const exact = new Set<string>();
  const notes: string[] = [];
  const byPath = new Map<string, string>();
  const byStem = new Map<string, string[]>();
  const byFirstDot = new Map<string, string[]>();
  for (const path of items) {
    const key = path.normalize('NFC');
    byPath.set(key, path);
    push(byStem, withoutEnding(key), path);
    push(byFirstDot, beforeFirstDot(key), path);
  }
  const add = (path: string, row: Row, fileAt: string | null): void => {
    let entry = gathered.get(path);
    if (!entry) gathered.set(path, (entry = { captions: new Set(), tags: new Set(), fields: new Map() }));
    for (const [column, value] of row) if (column !== fileAt) addValue(entry, column, value);
  };

  for (const table of [...tables].sort((a, b) => byName(a.path, b.path))) {
    const at = fileColumn(table.columns);
    if (at === -1) continue;
    const column = table.columns[at]!;
    const seen = new Set<string>();
    const missing = createExamples();
    const repeated = createExamples();
    for (const row of table.rows) {
      const name = row.get(column);
      if (typeof name !== 'string' && typeof name !== 'number') {
        missing.add('–');
        continue;
      }
      const key = resolve(folderOf(table.path), String(name));
      const alike = key === null ? [] : (byStem.get(key) ?? []);
      const path = (key === null ? undefined : byPath.get(key)) ?? (alike.length === 1 ? alike[0] : undefined);
      if (path === undefined) {
        missing.add(String(name));
        continue;
      }
      const serial = `${path}\n${JSON.stringify([...row])}`;
      if (seen.has(serial)) repeated.add(String(name));
      seen.add(serial);
      add(path, row, column);
    }
    if (missing.count === table.rows.length) continue; // about something else
    used.add(table.path);
    exact.add(table.path);
    if (missing.count > 0)
      notes.push(`Rows of ${table.path} that name no file here: ${wholeNumber(missing.count)} (${missing.first}).`);
    if (repeated.count > 0)
      notes.push(`Rows of ${table.path} that repeat another: ${wholeNumber(repeated.count)} (${repeated.first}).`);
    if (table.unread > 0) notes.push(`Rows of ${table.path} that can’t be read: ${wholeNumber(table.unread)}.`);
  }

  for (const file of [...own].sort((a, b) => byName(a.path, b.path))) {
    const key = withoutEnding(file.path.normalize('NFC'));
    const bundle = byFirstDot.get(key);
    const paths = byStem.get(key) ?? (byPath.has(key) ? [byPath.get(key)!] : bundle?.length === 1 ? bundle : []);
    const row = 'row' in file ? file.row : rowOfText(file.text);
    if (paths.length === 0 || row.size === 0) continue;
    used.add(file.path);
    for (const path of paths) add(path, row, null);
  }
  const without = items.filter((path) => !gathered.has(path));
  if (gathered.size > 0 && without.length > 0)
    notes.push(`Files without a caption, tag or field: ${wholeNumber(without.length)} (${without[0]}).`);
  return {
    of: (path) => {
      const entry = gathered.get(path);
      return entry === undefined ? noTexts : finished(entry);
    },
    used,
    exact,
    notes,
  };
}

/** One caption per line; lines of numbers alone (boxes, as YOLO writes them) are a field and no captions. */
function rowOfText(text: string): Row {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return new Map();
  const areNumbers = lines.every((line) => /^[-+\d.eE\s,]+$/.test(line));
  return areNumbers ? new Map([['txt', lines.join('\n')]]) : new Map([['captions', lines]]);
}

function addValue(entry: Gathered, column: string, value: unknown): void {
  if (isCaptionColumn(column)) for (const caption of captionsIn(value)) entry.captions.add(caption);
  else if (isTagColumn(column)) for (const tag of tagsIn(value)) entry.tags.add(tag);
  else {
    const simple = typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Value);
    const values = entry.fields.get(column) ?? new Set();
    // a CSV table beside JSON lines says the same numbers as text
    if (![...values].some((known) => String(known) === String(simple))) values.add(simple);
    entry.fields.set(column, values);
  }
}

/** The captions in a value: of a list each, and of an object (Karpathy's sentences) the one that it holds. */
function captionsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(captionsIn);
  if (typeof value === 'object' && value !== null) {
    const { raw, caption, text } = value as Record<string, unknown>;
    const held = [raw, caption, text].find((one) => typeof one === 'string');
    return captionsIn(held ?? JSON.stringify(value));
  }
  const caption = value === null || value === undefined ? '' : String(value).trim();
  return caption === '' ? [] : [caption];
}

/** The tags in a value: a list's, or a text's between semicolons, else commas of any script. */
function tagsIn(value: unknown): string[] {
  if (Array.isArray(value))
    return value.flatMap((one) => (typeof one === 'string' ? [one.trim()] : tagsIn(one))).filter(Boolean);
  if (value === null || value === undefined) return [];
  if (typeof value === 'object') return [JSON.stringify(value)];
  const text = String(value);
  if (text.trim().startsWith('[')) {
    try {
      return tagsIn(JSON.parse(text));
    } catch {
      // no list: as it stands
    }
  }
  return text
    .split(/[;；]/.test(text) ? /[;；]/ : /[,，、]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** All values, as a JSON list, of a field for which an item's rows give several. */
const finished = ({ captions, tags, fields }: Gathered): ItemTexts => ({
  captions: [...captions],
  tags: [...tags],
  fields: Object.fromEntries(
    [...fields].map(([column, values]): [string, Value] => {
      const [only = null] = values;
      return [column, values.size === 1 ? only : JSON.stringify([...values])];
    }),
  ),
});

/** The path in the source that a table in `folder` means; null for one that leads outside. */
function resolve(folder: string, name: string): string | null {
  const slashed = name.trim().replaceAll('\\', '/').normalize('NFC');
  if (slashed.startsWith('/') || slashed === '') return null;
  const parts = folder === '' ? [] : folder.normalize('NFC').split('/');
  for (const part of slashed.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

const withoutEnding = (path: string): string => path.replace(/(?<=[^/])\.[^./]*$/, '');
/** An item's path without its ending, where WebDataset takes everything after the first dot for the ending. */
export const beforeFirstDot = (path: string): string => path.replace(/(?<=[^/])\.[^/]*$/, '');

function push(map: Map<string, string[]>, key: string, path: string): void {
  const known = map.get(key);
  if (known) known.push(path);
  else map.set(key, [path]);
}

function createExamples() {
  return {
    count: 0,
    first: '',
    add(name: string): void {
      if (this.count === 0) this.first = name.slice(0, 120);
      this.count += 1;
    },
  };
}
