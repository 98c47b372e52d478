import type { RunSummary } from '@shared/contract';
import { leaves } from '@/components/paths';

export interface Difference {
  path: string;
  values: string[];
}

/** The settings in which runs differ, by path; a setting that a run does not have is empty. */
export function differences(runs: readonly RunSummary[]): Difference[] {
  const trees = runs.map(({ spec }) => leaves(spec as unknown as Record<string, unknown>));
  const paths = new Set(trees.flatMap((tree) => [...tree.keys()]));
  return [...paths]
    .map((path) => ({ path, values: trees.map((tree) => (tree.has(path) ? String(tree.get(path)) : '')) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}
