/** The name closest to `wanted` by edit distance; null if none is close enough to be a typing mistake. */
export function nearest(wanted: string, names: readonly string[]): string | null {
  const ranked = names
    .map((name) => ({ name, distance: Math.min(distance(wanted, name), distance(wanted, lastPart(name)) + 1) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, Math.ceil(wanted.length / 2)) ? best.name : null;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** Levenshtein's edit distance, ignoring case. */
function distance(a: string, b: string): number {
  const from = a.toLowerCase();
  const to = b.toLowerCase();
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
