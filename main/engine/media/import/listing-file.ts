import type { Split } from '@shared/specs/dataset';
import { baseOf, endingOf, folderOf } from '../sources';
import { fileColumn, isClassColumn, isSplitColumn } from './columns';
import { readFolderName } from './folder-roles';
import type { Table } from './table';

/** A file that lists pictures with their classes, or the pictures of one split. */
export interface ListingFile {
  path: string;
  /** Its folder: pictures are named from there, or from the top. */
  folder: string;
  /** The split that its own name speaks of: `train.txt`, `val_list.txt`. */
  split: Split | null;
  /** What it says, by the name of the picture as it stands there. */
  entries: Map<string, { label: string | null; split: Split | null }>;
  /** Whether a heading says which column is the class. */
  isHeaded: boolean;
}

/** What a table says of classes and splits; null if it has no such column. */
export function listingOfTable(path: string, { columns, rows }: Table): ListingFile | null {
  const file = columns[fileColumn(columns)];
  const label = columns.find(isClassColumn);
  const split = columns.find(isSplitColumn);
  if (file === undefined || (label === undefined && split === undefined)) return null;
  const entries: ListingFile['entries'] = new Map();
  for (const row of rows) {
    const cell = (column: string | undefined): string | null => {
      const value = column === undefined ? null : row.get(column);
      return typeof value === 'string' || typeof value === 'number' ? String(value).trim() || null : null;
    };
    const name = cell(file);
    if (name !== null) entries.set(nameIn(name), { label: cell(label), split: splitIn(cell(split) ?? undefined) });
  }
  return { path, folder: folderOf(path), split: splitOfName(path), entries, isHeaded: true };
}

const MOST_LINES = 4_000_000;
/** Longer lines name no picture. */
const LONGEST_LINE = 2000;
const listName = /annot|label|list|train|test|val|split|class|image|meta|truth|dev|eval/i;

/** Whether a file's name allows that it is a list of pictures. */
export const mayBeListing = (path: string): boolean =>
  ['csv', 'tsv'].includes(endingOf(path)) || (endingOf(path) === 'txt' && listName.test(baseOf(path)));

/** Reads a list of pictures: a table with headings, or lines of a name and maybe a class. Null for any other text. */
export function parseListing(path: string, text: string): ListingFile | null {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.length <= LONGEST_LINE && line.trim() !== '');
  if (lines.length === 0 || lines.length > MOST_LINES) return null;
  const cut = separator(lines[0]!, endingOf(path));
  const head = cut(lines[0]!);
  const [file, label, split] = [fileColumn(head), head.findIndex(isClassColumn), head.findIndex(isSplitColumn)];
  const isHeaded = file !== -1 && (label !== -1 || split !== -1);
  if (!isHeaded && endingOf(path) !== 'txt' && head.length !== 2) return null;
  const entries: ListingFile['entries'] = new Map();
  for (const line of isHeaded ? lines.slice(1) : lines) {
    const cells = cut(line);
    const name = cells[isHeaded ? file : 0];
    if (!name) continue;
    const said = isHeaded ? cells[label] : cells[1];
    entries.set(nameIn(name), { label: said || null, split: splitIn(isHeaded ? cells[split] : undefined) });
  }
  return { path, folder: folderOf(path), split: splitOfName(path), entries, isHeaded };
}

/** The split that a list's own name speaks of. */
function splitOfName(path: string): Split | null {
  const { role } = readFolderName(
    baseOf(path)
      .replace(/\.\w+$/, '')
      .replace(/labels?|annotations?|lists?/gi, ' '),
  );
  return role === 'train' || role === 'test' ? role : null;
}

const nameIn = (cell: string): string =>
  cell
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '')
    .normalize('NFC');

function splitIn(cell: string | undefined): Split | null {
  if (!cell) return null;
  const { role } = readFolderName(cell);
  return role === 'train' || role === 'test' ? role : null;
}

/** How lines are cut: at tabs, at commas (quotes heeded), else at the first space. */
function separator(line: string, ending: string): (line: string) => string[] {
  if (line.includes('\t')) return (one) => one.split('\t').map((cell) => cell.trim());
  const by = line.includes(',') ? ',' : ending === 'csv' && line.includes(';') ? ';' : null;
  if (by !== null) return (one) => csvCells(one, by);
  return (one) => {
    const [, name = one, rest = ''] = /^(\S.*?)\s+(\S+)\s*$/.exec(one) ?? [];
    return [name.trim(), rest];
  };
}

function csvCells(line: string, by: string): string[] {
  const cells: string[] = [];
  for (const [, quoted, plain] of line.matchAll(new RegExp(`(?:^|${by})(?:"((?:[^"]|"")*)"|([^${by}]*))`, 'g')))
    cells.push((quoted?.replaceAll('""', '"') ?? plain ?? '').trim());
  return cells;
}
