import type { RunSummary } from '@shared/contract';

/**
 * Runs as a list offers them: by dataset, that of the starred and then of the newest run first; of each dataset the starred
 * first, then the newest.
 */
export function groupRuns(runs: readonly RunSummary[]): { dataset: string; runs: RunSummary[] }[] {
  const ordered = [...runs].sort(
    (a, b) => Number(b.starred) - Number(a.starred) || (a.createdAt < b.createdAt ? 1 : -1),
  );
  const groups = new Map<string, { dataset: string; runs: RunSummary[] }>();
  for (const run of ordered) {
    const group = groups.get(run.spec.dataset);
    if (group) group.runs.push(run);
    else groups.set(run.spec.dataset, { dataset: run.datasetName, runs: [run] });
  }
  return [...groups.values()];
}
