import type { Item, ItemFilter } from '@shared/contract';
import { noTexts, type ItemLine, type ItemTexts } from '@shared/specs/dataset';
import type { ItemFacts } from '@shared/specs/media';
import type { Database } from './database';
import type { DatasetRow, ItemCounts } from './datasets';
import { createMatches } from './matches';
import { nameTable } from './names';

const ROWS_PER_STATEMENT = 100;
const COLUMNS = 7;
const NO_LABEL = -1;

interface RawItem {
  idx: number;
  name: string;
  label: number;
  split: number;
  facts: string;
  texts: string;
}

/**
 * The table of items. `split` is stored as 0 (train) or 1 (test), a missing label as -1; facts as JSON; captions, tags and fields
 * as JSON too, empty for an item without any.
 */
export function itemTable(database: Database) {
  const rowOfMarks = `(${Array.from({ length: COLUMNS }, () => '?').join(', ')})`;
  const insertMany = database.prepare(
    `INSERT INTO items VALUES ${Array.from({ length: ROWS_PER_STATEMENT }, () => rowOfMarks).join(', ')}`,
  );
  const insertOne = database.prepare(`INSERT INTO items VALUES ${rowOfMarks}`);
  const names = nameTable(database);
  const matches = createMatches(names.find);

  const select = (where: string, values: readonly (number | string)[]): Item[] =>
    (
      database
        .prepare(`SELECT idx, name, label, split, facts, texts FROM items WHERE ${where} ORDER BY idx`)
        .all([...values]) as RawItem[]
    ).map(parseItem);

  return {
    /** Adds items in pack order; `first` is the position of the first. One transaction. */
    append: database.transaction((key: number, first: number, lines: readonly ItemLine[]) => {
      const values = (line: ItemLine, offset: number): (number | string)[] => [
        key,
        first + offset,
        line.name,
        line.label ?? NO_LABEL,
        line.split === 'test' ? 1 : 0,
        JSON.stringify(line.facts),
        stored(line),
      ];
      const whole = lines.length - (lines.length % ROWS_PER_STATEMENT);
      for (let i = 0; i < whole; i += ROWS_PER_STATEMENT) {
        insertMany.run(lines.slice(i, i + ROWS_PER_STATEMENT).flatMap((line, offset) => values(line, i + offset)));
      }
      for (let i = whole; i < lines.length; i++) insertOne.run(values(lines[i]!, i));
      names.append(key, first, lines);
    }),

    /** Removes at most `limit` items of a dataset; returns the number removed. */
    removeSome: (key: number, limit: number): number => {
      names.remove(key);
      return database
        .prepare('DELETE FROM items WHERE dataset = ? AND idx IN (SELECT idx FROM items WHERE dataset = ? LIMIT ?)')
        .run([key, key, limit]).changes;
    },

    /** One page in pack order, and the number of items that pass the filter. */
    page: async (
      dataset: DatasetRow,
      filter: ItemFilter,
      offset: number,
      limit: number,
    ): Promise<{ total: number; items: Item[] }> => {
      const { key } = dataset;
      if (filter.text !== '') {
        const found = await matches.find(key, filter);
        const wanted = found.subarray(offset, offset + limit);
        const items = wanted.length === 0 ? [] : select(`dataset = ? AND idx IN (${wanted.join(',')})`, [key]);
        return { total: found.length, items };
      }
      const total = countOf(dataset.counts, filter);
      if (filter.split === null && filter.label === null) {
        // positions are dense: the page is a range of the primary key, however deep
        return { total, items: select('dataset = ? AND idx >= ? AND idx < ?', [key, offset, offset + limit]) };
      }
      const { index, where, values } = narrow(key, filter);
      const page = `SELECT idx FROM items INDEXED BY ${index} WHERE ${where} ORDER BY idx LIMIT ? OFFSET ?`;
      return { total, items: select(`dataset = ? AND idx IN (${page})`, [key, ...values, limit, offset]) };
    },
  };
}

/** The index and condition that answer a filter by split, label or both. */
function narrow(key: number, { split, label }: ItemFilter): { index: string; where: string; values: number[] } {
  const splitValue = split === 'test' ? 1 : 0;
  if (split === null) return { index: 'items_by_label', where: 'dataset = ? AND label = ?', values: [key, label!] };
  if (label === null) return { index: 'items_by_split', where: 'dataset = ? AND split = ?', values: [key, splitValue] };
  return {
    index: 'items_by_split_and_label',
    where: 'dataset = ? AND split = ? AND label = ?',
    values: [key, splitValue, label],
  };
}

function countOf(counts: ItemCounts, { split, label }: ItemFilter): number {
  return counts
    .filter((entry) => (split === null || entry.split === split) && (label === null || entry.label === label))
    .reduce((sum, { count }) => sum + count, 0);
}

function stored({ captions, tags, fields }: ItemLine): string {
  const isEmpty = captions.length === 0 && tags.length === 0 && Object.keys(fields).length === 0;
  return isEmpty ? '' : JSON.stringify({ captions, tags, fields });
}

function parseItem({ idx, name, label, split, facts, texts }: RawItem): Item {
  return {
    index: idx,
    name,
    label: label === NO_LABEL ? null : label,
    split: split === 1 ? 'test' : 'train',
    facts: JSON.parse(facts) as ItemFacts,
    ...(texts === '' ? noTexts : (JSON.parse(texts) as ItemTexts)),
  };
}
