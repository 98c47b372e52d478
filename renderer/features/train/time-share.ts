import type { MetricTable } from '@/charts';

/** What a step's time goes to; each is the metric `time/<name>`, in milliseconds. */
export const timeParts = ['compute', 'data', 'other'] as const;
export type TimePart = (typeof timeParts)[number];

/** Steps that are looked at: enough that a checkpoint now and then doesn't make the bar jump. */
const LATEST = 200;

/** Mean milliseconds of the latest steps by part; null where nothing was measured. */
export function timeShare(table: MetricTable): Record<TimePart, number> | null {
  const [compute = null, data = null, other = null] = timeParts.map((part) => {
    const values = table.view(`time/${part}`)?.value.subarray(-LATEST);
    return values?.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  });
  return compute === null || data === null || other === null ? null : { compute, data, other };
}
