import type { EChartsCoreOption } from 'echarts/core';
import { formatValue } from './format';
import { viridisColour } from './palette';
import type { ChartTheme } from './theme';

/** One axis of parallel coordinates. */
export interface ParallelAxis {
  name: string;
  /** Values at equal factors lie at equal distances; all must be above 0. */
  log: boolean;
}

/** A line through all axes: a number or a word on each, null where it has none. */
export interface ParallelLine {
  id: string;
  values: readonly (number | string | null)[];
  /** What colours it: 0 is the worst, 1 the best; null is not judged yet. */
  rank: number | null;
  isChosen: boolean;
}

export interface ParallelDrawing {
  axes: readonly ParallelAxis[];
  lines: readonly ParallelLine[];
  theme: ChartTheme;
  locale: string;
}

/** What ECharts is told: axes with a scale or words, the chosen line above the others. Pure. */
export function parallelOption({ axes, lines, theme, locale }: ParallelDrawing): EChartsCoreOption {
  const text = { color: theme.muted, fontFamily: theme.fontFamily, fontSize: 11 };
  return {
    animation: false,
    parallel: { left: 56, right: 72, top: 40, bottom: 24 },
    parallelAxis: axes.map(({ name, log }, dim) => ({
      dim,
      name,
      nameTextStyle: { ...text, color: theme.text },
      axisLine: { lineStyle: { color: theme.border } },
      axisTick: { lineStyle: { color: theme.border } },
      axisLabel: { ...text, formatter: (value: number | string) => labelOf(value, locale) },
      ...scaleOf(
        lines.map(({ values }) => values[dim] ?? null),
        log,
      ),
    })),
    series: [...lines]
      .sort((a, b) => Number(a.isChosen) - Number(b.isChosen) || (a.rank ?? -1) - (b.rank ?? -1))
      .map(({ values, rank, isChosen }) => ({
        type: 'parallel',
        silent: true,
        lineStyle: {
          color: isChosen ? theme.text : rank === null ? theme.muted : viridisColour(0.9 * rank),
          width: isChosen ? 3 : 1.5,
          opacity: isChosen ? 1 : 0.75,
        },
        data: [values.map((value) => (canStand(value) ? value : '-'))],
      })),
  };
}

/** Whether a value has a place on an axis. */
const canStand = (value: number | string | null): value is number | string =>
  typeof value === 'string' || (value !== null && Number.isFinite(value));

/** How many lines have a gap: at an axis on which they have no value, or none that is finite. */
export const gapped = (lines: readonly ParallelLine[]): number =>
  lines.filter(({ values }) => values.some((value) => !canStand(value))).length;

function scaleOf(values: readonly (number | string | null)[], log: boolean): EChartsCoreOption {
  const known = values.filter(canStand);
  if (known.some((value) => typeof value === 'string')) return { type: 'category', data: [...new Set(known)] };
  return log && known.every((value) => Number(value) > 0)
    ? { type: 'log', scale: true }
    : { type: 'value', scale: true };
}

const labelOf = (value: number | string, locale: string): string =>
  typeof value === 'number' ? formatValue(value, locale) : value;
