import { baseOf, endingOf } from '../sources';

/** A row of a table beside the items: what stands in each column that is filled. */
export type Row = Map<string, unknown>;

/** What a table says, and what of it can't be read. */
export interface Table {
  columns: string[];
  rows: Row[];
  /** Lines that are no row: not JSON, or longer than a row may be. */
  unread: number;
}

/** Characters of a row that is kept. */
const LONGEST_ROW = 64 * 1024;

/** Whether a file may be a table of what is said of items. */
export const mayBeTable = (path: string): boolean => ['csv', 'tsv', 'jsonl', 'ndjson'].includes(endingOf(path));

/** Whether its name alone says that it is one: `captions.csv`, `metadata.jsonl`. */
export const isNamedTable = (path: string): boolean =>
  /^(captions?|metadata)\.(csv|tsv|jsonl|ndjson)$/i.test(baseOf(path));

/** Text of a file in UTF-8, or in UTF-16 with a byte order mark; null for anything else. */
export function textOf(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes); // drops the mark
    return text.includes('\0') ? null : text.normalize('NFC');
  } catch {
    return null;
  }
}

/** Reads CSV, TSV or JSON lines, by the ending. */
export function readTable(path: string, text: string): Table {
  return ['jsonl', 'ndjson'].includes(endingOf(path)) ? readJsonLines(text) : readCells(text, endingOf(path));
}

function readJsonLines(text: string): Table {
  const columns = new Set<string>();
  const rows: Row[] = [];
  let unread = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const value = line.length > LONGEST_ROW ? null : parseObject(line);
    if (value === null) unread += 1;
    else {
      for (const column of value.keys()) columns.add(column);
      rows.push(value);
    }
  }
  return { columns: [...columns], rows, unread };
}

/** A JSON object by its keys; null for any other text. */
export function parseObject(text: string): Row | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : null;
  } catch {
    return null;
  }
}

function readCells(text: string, ending: string): Table {
  const end = text.search(/\r?\n|$/);
  const [head = []] = [...cellsOf(text.slice(0, end), separatorOf(text.slice(0, end), ending))];
  const columns = head.map((name, at) => name.trim() || `column ${at + 1}`);
  const rows: Row[] = [];
  let unread = 0;
  let isHead = true;
  for (const cells of cellsOf(text, separatorOf(text.slice(0, end), ending))) {
    if (isHead) {
      isHead = false;
      continue;
    }
    if (cells.reduce((sum, cell) => sum + cell.length, 0) > LONGEST_ROW) unread += 1;
    else if (cells.some((cell) => cell.trim() !== ''))
      rows.push(
        new Map(
          cells
            .map((cell, at): [string, string] => [columns[at] ?? `column ${at + 1}`, cell.trim()])
            .filter(([, cell]) => cell !== ''),
        ),
      );
  }
  return { columns, rows, unread };
}

/** The separator that the heading has most of; tabs in `.tsv`. */
function separatorOf(head: string, ending: string): string {
  if (ending === 'tsv') return '\t';
  const count = (by: string): number => head.split(by).length;
  return ['\t', ';', '|'].reduce((best, by) => (count(by) > count(best) ? by : best), ',');
}

/** Rows of cells as in RFC 4180: what is in quotes may hold separators, line ends and doubled quotes. */
function* cellsOf(text: string, by: string): Generator<string[]> {
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell: string;
    if (text[at] === '"') {
      let close = text.indexOf('"', at + 1);
      while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      if (close === -1) close = text.length; // a quote that is never closed takes the rest
      cell = text.slice(at + 1, close).replaceAll('""', '"');
      at = close + 1;
    } else cell = '';
    let end = at;
    while (end < text.length && text[end] !== by && text[end] !== '\n') end += 1;
    cell += text.slice(at, end).replace(/\r$/, '');
    cells.push(cell);
    at = end + 1;
    if (end >= text.length || text[end] === '\n') {
      yield cells;
      cells = [];
    } else if (at >= text.length) cells.push('');
  }
  if (cells.length > 0) yield cells;
}
