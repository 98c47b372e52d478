import { valuesOf, type Comparison } from '@shared/contract';

/** What is said of a run beside its measures. */
const LEADING = ['run', 'name', 'model', 'dataset', 'split', 'items', 'step'] as const;

/** The table of a comparison as CSV (RFC 4180): a line a run, numbers in full, a measure that a run has none of left empty. */
export function comparisonCsv({ runs, measures, dataset, split }: Omit<Comparison, 'id' | 'path' | 'files'>): string {
  const lines = runs.map((one) => {
    const values = valuesOf(one);
    const { run, name, model, step, evaluation } = one;
    return [run, name, model, dataset, split, evaluation.items, step, ...measures.map((measure) => values[measure])];
  });
  return [[...LEADING, ...measures], ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** Text that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
