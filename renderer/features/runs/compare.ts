import type { RunSummary } from '@shared/contract';
import { settingsOf } from '@shared/specs';
import type { ComparisonQuestion } from './use-comparison';

/** Runs of one comparison, and pictures on its sheet, at most: the contract's limits. */
export const MOST_COMPARED = 24;
export const MOST_PICTURES = 64;

/** Over what runs are measured; without a dataset, that of the first run. */
export type ComparisonChoice = Pick<ComparisonQuestion, 'dataset'> &
  Required<Pick<ComparisonQuestion, 'split' | 'pictures' | 'thorough'>> & { checkpoint: 'latest' | 'best' };

/** The files that a comparison comes with, as `runs.compare` names them. */
export const comparisonFiles = [
  { key: 'table', name: 'comparison.csv', mime: 'text/csv', icon: 'i-lucide-table' },
  { key: 'sheet', name: 'sheet.png', mime: 'image/png', icon: 'i-lucide-image' },
  { key: 'report', name: 'report.html', mime: 'text/html', icon: 'i-lucide-file-text' },
] as const;

export interface Difference {
  path: string;
  values: unknown[];
}

/** The settings in which runs differ, by path; a setting that a run does not have is undefined. */
export function differences(runs: readonly RunSummary[]): Difference[] {
  const trees = runs.map(({ spec }) => settingsOf(spec));
  const paths = new Set(trees.flatMap((tree) => [...tree.keys()]));
  return [...paths]
    .map((path) => ({ path, values: trees.map((tree) => tree.get(path)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}
