import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ItemFilter } from '@shared/contract';
import type { ItemLine } from '@shared/specs/dataset';
import type { Database } from './database';

/** Items per block. */
const BLOCK = 1000;
/** Blocks searched per turn of the event loop: some 5 ms, then other requests run. */
const BLOCKS_A_TURN = 50;
const NO_LABEL = -1;
const TEST = 1;

interface Block {
  first: number;
  /** One line per item: its name, captions, tags and values of fields, case-folded, between marks. */
  names: string;
  /** One int32 per item; -1 for no label. */
  labels: ArrayBuffer;
  /** One byte per item: 0 train, 1 test. */
  splits: ArrayBuffer;
}

/**
 * A second copy of the items' names and texts, in blocks of a thousand lines, for searches: a million items are a
 * thousand strings to scan instead of a million rows to visit. Unlike an index of words or of three letters, this finds
 * what has no spaces between words, down to one Chinese character.
 */
export function nameTable(database: Database) {
  const insert = database.prepare('INSERT INTO names VALUES (?, ?, ?, ?, ?)');
  const some = database.prepare(
    'SELECT first, names, labels, splits FROM names WHERE dataset = ? AND first >= ? ORDER BY first LIMIT ?',
  );
  const remove = database.prepare('DELETE FROM names WHERE dataset = ?');

  return {
    /** Adds items in pack order; `first`, the position of the first, is a multiple of the block's size. */
    append: (key: number, first: number, lines: readonly ItemLine[]): void => {
      for (let at = 0; at < lines.length; at += BLOCK) {
        const block = lines.slice(at, at + BLOCK);
        const names = block.map(searched).join('\n');
        const labels = Int32Array.from(block, ({ label }) => label ?? NO_LABEL);
        const splits = Uint8Array.from(block, ({ split }) => (split === 'test' ? TEST : 0));
        insert.run([key, first + at, names, Buffer.from(labels.buffer), Buffer.from(splits.buffer)]);
      }
    },

    remove: (key: number): void => void remove.run([key]),

    /** Positions, ascending, of the items that pass the filter and whose name or texts contain its text, in either case. */
    find: async (key: number, { text, split, label }: ItemFilter): Promise<Int32Array> => {
      const wanted = fold(text);
      const found: number[] = [];
      for (let from = 0; ; await nextTurn()) {
        const blocks = some.all([key, from, BLOCKS_A_TURN]) as Block[];
        for (const { first, names, labels, splits } of blocks) {
          const labelOf = new Int32Array(labels);
          const splitOf = new Uint8Array(splits);
          eachLineWith(names, wanted, (line) => {
            const fits =
              (split === null || (splitOf[line] === TEST) === (split === 'test')) &&
              (label === null || labelOf[line] === label);
            if (fits) found.push(first + line);
          });
        }
        const last = blocks.at(-1);
        if (!last || blocks.length < BLOCKS_A_TURN) return Int32Array.from(found);
        from = last.first + 1;
      }
    },
  };
}

/** Stands between what is searched of an item, so that nothing is found across two captions. */
const MARK = '\u0001';
const searched = ({ name, captions, tags, fields }: ItemLine): string =>
  [name, ...captions, ...tags, ...Object.values(fields).map(String)].map(fold).join(MARK);

/** Folds letters to one case and accents to one spelling, and a text to one line. */
const fold = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\n\u0001]/g, ' ');

/** Calls `visit` with the number, from 0, of each line of `lines` that contains `wanted`. */
function eachLineWith(lines: string, wanted: string, visit: (line: number) => void): void {
  let line = 0;
  let start = 0;
  for (let hit = lines.indexOf(wanted); hit !== -1; hit = lines.indexOf(wanted, start)) {
    let end = lines.indexOf('\n', start);
    for (; end !== -1 && end < hit; end = lines.indexOf('\n', start)) {
      line += 1;
      start = end + 1;
    }
    visit(line);
    if (end === -1) return;
    line += 1;
    start = end + 1;
  }
}
