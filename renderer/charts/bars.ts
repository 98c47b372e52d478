import type { BarSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { formatTick } from '@shared/maths';
import { lineColour } from './palette';
import type { ChartTheme } from './theme';

/** One amount, from 0. One that isn't finite has its text and no bar. */
export interface Bar {
  name: string;
  value: number;
  /** What stands at its end; its value in words. */
  text: string;
  /** Slot of its colour, as of lines. */
  colour: number;
  isStrong?: boolean;
}

export interface BarDrawing {
  bars: readonly Bar[];
  /** What the axis measures, with its unit. */
  axis: string;
  theme: ChartTheme;
  locale: string;
  /** Size of the chart in CSS pixels: names and texts get their share of it. */
  width: number;
}

/** Every bar's height with the space to the next, CSS pixels. */
export const BAR_PITCH = 26;
const MARGINS = { top: 6, bottom: 44, right: 12 } as const;
export const barsHeight = (count: number): number => count * BAR_PITCH + MARGINS.top + MARGINS.bottom;

/** Bars more than this many times as long as the middle one are cut: else nothing could be read of the others. */
const MANY = 6;
/** What a cut bar is drawn as, of the axis. */
const CUT_AT = 1.06;

/** Where the axis ends: at the longest bar that isn't far beyond the rest. */
export function reach(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return sorted.findLast((value) => value <= MANY * middle) ?? sorted.at(-1) ?? 0;
}

/** Alpha of a bar that stands back, in hexadecimal digits. */
const FAINT = '90';

type Option = ComposeOption<BarSeriesOption | GridComponentOption>;

/** Bars below each other, the first on top; what is far longer than the others fades out at the edge. Pure. */
export function barsOption({ bars, axis, theme, locale, width }: BarDrawing): Option {
  const most = reach(bars.map(({ value }) => value)) * 1.3 || 1;
  const least = Math.min(0, ...bars.map(({ value }) => value).filter(Number.isFinite)) * 1.3;
  const isCut = (value: number): boolean => value > most && Number.isFinite(value);
  const nameWidth = Math.min(190, width * 0.36);
  const text = { fontFamily: theme.fontFamily, fontSize: 12 };
  return {
    animation: false,
    textStyle: { fontFamily: theme.fontFamily, color: theme.text },
    grid: { left: nameWidth + 12, right: MARGINS.right, top: MARGINS.top, bottom: MARGINS.bottom, containLabel: false },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLine: { lineStyle: { color: theme.border } },
      axisTick: { show: false },
      axisLabel: { ...text, color: theme.text, width: nameWidth, overflow: 'truncate', interval: 0 },
    },
    xAxis: {
      type: 'value',
      min: least,
      max: most,
      name: axis,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: { ...text, color: theme.muted },
      axisLabel: {
        ...text,
        fontSize: 11,
        color: theme.muted,
        showMaxLabel: false,
        hideOverlap: true,
        formatter: (value: number) => formatTick(value, locale),
      },
      splitLine: { lineStyle: { color: theme.border, opacity: 0.6 } },
    },
    series: [
      {
        type: 'bar',
        silent: true,
        clip: true,
        barWidth: BAR_PITCH * 0.62,
        data: bars.map((bar) => {
          // not the item's opacity, which its label would share
          const colour = `${lineColour(bar.colour, theme.name)}${bar.isStrong === false ? FAINT : ''}`;
          return {
            value: isCut(bar.value) ? most * CUT_AT : Number.isFinite(bar.value) ? bar.value : 0,
            itemStyle: {
              color: isCut(bar.value)
                ? {
                    type: 'linear' as const,
                    x: 0,
                    y: 0,
                    x2: 1,
                    y2: 0,
                    colorStops: [
                      { offset: 0, color: colour },
                      { offset: 0.7, color: colour },
                      { offset: 0.98, color: theme.background },
                    ],
                  }
                : colour,
            },
            label: {
              show: true,
              position: isCut(bar.value) ? ('insideLeft' as const) : ('right' as const),
              formatter: bar.text,
              ...text,
              fontWeight: bar.isStrong ? ('bold' as const) : ('normal' as const),
              color: isCut(bar.value) ? theme.background : theme.text,
            },
          };
        }),
      },
    ],
  };
}
