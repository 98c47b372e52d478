import type { RunSummary } from '@shared/contract';
import { leaves } from '@shared/specs';

export interface Difference {
  path: string;
  values: unknown[];
}

/** The settings in which runs differ, by path; a setting that a run does not have is undefined. */
export function differences(runs: readonly RunSummary[]): Difference[] {
  const trees = runs.map(({ spec }) => leaves(spec as unknown as Record<string, unknown>));
  const paths = new Set(trees.flatMap((tree) => [...tree.keys()]));
  return [...paths]
    .map((path) => ({ path, values: trees.map((tree) => tree.get(path)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}
