import { numberedClasses } from '../collection';

/** The class of each picture of an array: an index into `classes`, all those that occur or are named. */
export interface ArrayLabels {
  at: Int32Array;
  classes: string[];
}

const NONE = -1;

/**
 * Labels from numbers that are whole: `[N]`, `[N, 1]`, one-hot `[N, classes]`, or (`firstColumn`) a table whose first
 * column is the class, as QMNIST has it. Where `names` has one for each number, counted from `first` (else from 0, or
 * from 1 where the largest says so), they are the classes. Null where the numbers are none of it.
 */
export function numberedLabels(
  values: ArrayLike<number>,
  count: number,
  names: readonly string[] | null,
  firstColumn = false,
  first: 0 | 1 | null = null,
): ArrayLabels | null {
  const columns = count > 0 ? values.length / count : 0;
  if (columns < 1 || !Number.isInteger(columns)) return null;
  const numbers = columns === 1 ? Array.from(values) : (oneHot(values, columns) ?? []);
  if (numbers.length === 0 && firstColumn) for (let row = 0; row < count; row++) numbers.push(values[row * columns]!);
  if (numbers.length !== count || !numbers.every(Number.isSafeInteger)) return null;

  const smallest = numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const largest = numbers.reduce((a, b) => Math.max(a, b), -Infinity);
  if (names !== null && smallest >= 0 && largest <= names.length) {
    const from = first ?? (largest === names.length ? 1 : 0);
    if (smallest >= from) return { at: Int32Array.from(numbers, (number) => number - from), classes: [...names] };
  }
  return indexed(numbers.map(String), numberedClasses(numbers));
}

/** Labels from names; one that is empty is none. */
export function namedLabels(texts: readonly string[]): ArrayLabels {
  return indexed(texts, [...new Set(texts)].filter((text) => text !== '').sort());
}

/** Name of the class of picture `index`, or null. */
export function labelAt({ at, classes }: ArrayLabels, index: number): string | null {
  return classes[at[index] ?? NONE] ?? null;
}

function indexed(labels: readonly string[], classes: string[]): ArrayLabels {
  const index = new Map(classes.map((name, i) => [name, i]));
  return { at: Int32Array.from(labels, (label) => index.get(label) ?? NONE), classes };
}

/** The column of the only 1 of each row; null unless every row has one 1 and is 0 elsewhere. */
function oneHot(values: ArrayLike<number>, columns: number): number[] | null {
  const found: number[] = [];
  for (let start = 0; start < values.length; start += columns) {
    let hot = NONE;
    for (let column = 0; column < columns; column++) {
      const value = values[start + column]!;
      if (value === 0) continue;
      if (value !== 1 || hot !== NONE) return null;
      hot = column;
    }
    if (hot === NONE) return null;
    found.push(hot);
  }
  return found;
}
