/** Where a code stands: an item of the pack and a cell of its grid, counted row by row. */
export interface Place {
  item: number;
  cell: number;
}

/**
 * Chooses at most `limit` of all the places it is shown, spread over the items: one from each item before a second from
 * any, items and cells drawn by a fixed hash. So the choice is the same every time and doesn't favour the first items
 * or the upper left corner; no more than `limit` places are kept on the way.
 */
export function createPlaceChooser(limit: number) {
  const chosen: (Place & { turn: number; draw: number })[] = [];
  const before = (a: { turn: number; draw: number }, b: { turn: number; draw: number }) =>
    a.turn - b.turn || a.draw - b.draw;
  return {
    /** All cells of one item where the code stands; each item once. */
    add(item: number, cells: readonly number[]): void {
      const drawn = cells.map((cell) => ({ cell, draw: hash(item, cell) })).sort((a, b) => a.draw - b.draw);
      drawn.slice(0, limit).forEach(({ cell, draw }, turn) => {
        const place = { item, cell, turn, draw };
        if (chosen.length === limit && before(place, chosen[limit - 1]!) >= 0) return;
        chosen.splice(insertionPoint(chosen, place, before), 0, place);
        if (chosen.length > limit) chosen.pop();
      });
    },
    /** In pack order. */
    places(): Place[] {
      return chosen.map(({ item, cell }) => ({ item, cell })).sort((a, b) => a.item - b.item || a.cell - b.cell);
    },
  };
}

function insertionPoint<T>(sorted: readonly T[], value: T, compare: (a: T, b: T) => number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(sorted[middle]!, value) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Two numbers mixed to one of 32 bits (the finaliser of MurmurHash3). */
function hash(a: number, b: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
