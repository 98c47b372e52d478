import type { RunSummary } from '@shared/contract';
import type { ParallelAxis, ParallelLine } from '@/charts';

/** Runs that were queued together. */
export interface Sweep {
  name: string;
  /** In the order in which they were queued. */
  runs: RunSummary[];
  /** Paths of the fields that vary. */
  paths: string[];
}

/** Metrics that a sweep is judged by: nats per code are a prior's, the others an autoencoder's. */
const judged = ['nmse', 'psnr', 'nats', 'usage'] as const;
export type Judged = (typeof judged)[number];

/** A run's value of a metric; null where it has none, or was not evaluated yet. */
export const judgedAs = ({ evaluation }: RunSummary, metric: Judged): number | null =>
  evaluation?.measures[metric] ?? null;

/** The metrics that a sweep's runs have. */
export const judgedBy = ({ runs }: Sweep): Judged[] =>
  judged.filter((metric) => runs.some((run) => judgedAs(run, metric) !== null));

/** All sweeps among the runs, the newest first. */
export function sweepsOf(runs: readonly RunSummary[]): Sweep[] {
  const byName = new Map<string, RunSummary[]>();
  for (const run of runs) {
    if (run.sweep) byName.set(run.sweep.name, [...(byName.get(run.sweep.name) ?? []), run]);
  }
  return [...byName]
    .map(([name, members]) => {
      const inOrder = [...members].sort((a, b) => a.createdAt.localeCompare(b.createdAt) || numberOf(a) - numberOf(b));
      return {
        name,
        runs: inOrder,
        paths: [...new Set(inOrder.flatMap((run) => Object.keys(run.sweep?.point ?? {})))],
      };
    })
    .sort((a, b) => (b.runs[0]?.createdAt ?? '').localeCompare(a.runs[0]?.createdAt ?? ''));
}

/** The runs by what checkpoints are judged by, the best first; those without an evaluation at the end. */
export function ranked({ runs }: Sweep): RunSummary[] {
  const score = ({ evaluation }: RunSummary): number => {
    const value = evaluation?.score.value ?? NaN;
    return Number.isNaN(value) ? Infinity : value;
  };
  return [...runs].sort((a, b) => (score(a) === score(b) ? 0 : score(a) - score(b)));
}

/** The sweep as parallel coordinates: an axis a field that varies, then one a metric. */
export function coordinates(
  sweep: Sweep,
  nameOf: (axis: string) => string,
  chosen: string | null,
): { axes: ParallelAxis[]; lines: ParallelLine[] } {
  const order = ranked(sweep).filter(({ evaluation }) => evaluation !== null);
  const metrics = judgedBy(sweep);
  const valueAt = (run: RunSummary, path: string) => plain(run.sweep?.point[path]);
  return {
    axes: [
      ...sweep.paths.map((path) => ({
        name: nameOf(path),
        log: spansFactors(sweep.runs.map((run) => valueAt(run, path))),
      })),
      ...metrics.map((metric) => ({ name: nameOf(metric), log: false })),
    ],
    lines: sweep.runs.map((run) => ({
      id: run.id,
      values: [...sweep.paths.map((path) => valueAt(run, path)), ...metrics.map((metric) => judgedAs(run, metric))],
      rank: rankOf(order, run),
      isChosen: run.id === chosen,
    })),
  };
}

/** From 0, the worst, to 1, the best. */
function rankOf(order: readonly RunSummary[], run: RunSummary): number | null {
  const place = order.indexOf(run);
  if (place < 0) return null;
  return order.length === 1 ? 1 : 1 - place / (order.length - 1);
}

/** A value as an axis and a table show it. */
export function plain(value: unknown): number | string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  return JSON.stringify(value);
}

/** Whether values are better told apart by factors: the largest is at least 20 times the smallest. */
function spansFactors(values: readonly (number | string | null)[]): boolean {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length > 0 && Math.min(...numbers) > 0 && Math.max(...numbers) >= 20 * Math.min(...numbers);
}

const numberOf = ({ name }: RunSummary): number => Number(/(\d+)$/.exec(name)?.[1] ?? 0);
