import type { RunSummary } from '@shared/contract';

export const columns = [
  'name',
  'dataset',
  'status',
  'step',
  'nmse',
  'psnr',
  'nats',
  'perplexity',
  'usage',
  'created',
] as const;
export type Column = (typeof columns)[number];

/** What a run is sorted by in a column, of its figures those held out; null goes last, whichever way it is sorted. */
export function sortValue(run: RunSummary, column: Column): string | number | null {
  switch (column) {
    case 'name':
      return run.name.toLowerCase();
    case 'dataset':
      return run.datasetName.toLowerCase();
    case 'status':
      return run.status;
    case 'step':
      return run.step;
    case 'created':
      return run.createdAt;
    default:
      return run.evaluation?.measures[column] ?? null;
  }
}

/** The runs that match a text (name, tag, note, dataset), starred first, then by a column. */
export function arrangeRuns(
  runs: readonly RunSummary[],
  text: string,
  column: Column,
  descending: boolean,
): RunSummary[] {
  const wanted = text.trim().toLowerCase();
  const matches = (run: RunSummary): boolean =>
    [run.name, run.note, run.datasetName, ...run.tags].some((words) => words.toLowerCase().includes(wanted));
  return runs.filter(matches).sort((a, b) => {
    if (a.starred !== b.starred) return a.starred ? -1 : 1;
    const left = sortValue(a, column);
    const right = sortValue(b, column);
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    const order = left < right ? -1 : left > right ? 1 : 0;
    return descending ? -order : order;
  });
}
