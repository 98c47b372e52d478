/** Where a key takes a cursor in a grid whose last row may be short; null if the key means nothing here. */
export function moveCursor(key: string, at: number, columns: number, count: number): number | null {
  const row = Math.floor(at / columns);
  const targets: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: row * columns,
    End: Math.min(count - 1, (row + 1) * columns - 1),
    PageUp: at - 5 * columns < 0 ? at % columns : at - 5 * columns,
    PageDown: at + 5 * columns >= count ? lastInColumn(at % columns, columns, count) : at + 5 * columns,
  };
  const target = targets[key];
  if (target === undefined) return null;
  return target < 0 || target >= count ? at : target;
}

function lastInColumn(column: number, columns: number, count: number): number {
  const last = Math.floor((count - 1) / columns) * columns + column;
  return last < count ? last : last - columns;
}

/** How many cells of a size, gap between them, stand side by side in a width; at least one. */
export function columnsFor(width: number, cell: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (cell + gap)));
}
