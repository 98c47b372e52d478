import { valuesOf, type Comparison } from '@shared/contract';
import { csvText } from '@shared/formats';

/** What is said of a run beside its measures. */
const LEADING = ['run', 'name', 'model', 'dataset', 'split', 'items', 'step'] as const;

/** The table of a comparison as CSV: a line a run, a measure that a run has none of left empty. */
export function comparisonCsv({ runs, measures, dataset, split }: Omit<Comparison, 'id' | 'path' | 'files'>): string {
  const lines = runs.map((one) => {
    const values = valuesOf(one);
    const { run, name, model, step, evaluation } = one;
    return [run, name, model, dataset, split, evaluation.items, step, ...measures.map((measure) => values[measure])];
  });
  return csvText([[...LEADING, ...measures], ...lines]);
}
