import type { ItemFilter } from '@shared/contract';
import type { Database } from './database';

/** Searches whose answers are kept: a person scrolls in one and tries a few. */
const KEPT = 8;

/** Answers to text searches: the positions of all items that pass, found by one scan and kept while they are scrolled. */
export function createMatches(database: Database) {
  const kept = new Map<string, Int32Array>();
  return {
    /** Positions, ascending, of the items whose name contains `text` (ASCII letters in either case). */
    find: (key: number, { text, split, label }: ItemFilter): Int32Array => {
      const search = JSON.stringify([key, text, split, label]);
      const known = kept.get(search);
      kept.delete(search);
      const found = known ?? scan(database, key, { text, split, label });
      kept.set(search, found);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
      return found;
    },
  };
}

function scan(database: Database, key: number, { text, split, label }: ItemFilter): Int32Array {
  const conditions = ['dataset = ?', `name LIKE ? ESCAPE '\\'`];
  const values: (number | string)[] = [key, `%${text.replace(/[\\%_]/g, '\\$&')}%`];
  if (split !== null) {
    conditions.push('split = ?');
    values.push(split === 'test' ? 1 : 0);
  }
  if (label !== null) {
    conditions.push('label = ?');
    values.push(label);
  }
  // one string crosses from SQLite instead of a million rows
  const row = database
    .prepare(
      `SELECT group_concat(idx) AS found FROM (SELECT idx FROM items WHERE ${conditions.join(' AND ')} ORDER BY idx)`,
    )
    .get(values) as { found: string | null };
  return row.found === null ? new Int32Array() : Int32Array.from(row.found.split(','), Number);
}
