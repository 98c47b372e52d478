import type { LineSeriesOption } from 'echarts/charts';
import type {
  GridComponentOption,
  LegendComponentOption,
  MarkLineComponentOption,
  TitleComponentOption,
  TooltipComponentOption,
} from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { formatTick } from './format';
import { lineColour } from './palette';
import type { ChartTheme } from './theme';

/** A place of one quantity against another. */
export interface CurvePoint {
  x: number;
  y: number;
  /** What is said of it under the pointer, line by line. */
  text: string;
}

export interface Curve {
  name: string;
  /** Slot of its colour, as of lines. */
  colour: number;
  /** In the order in which they are joined; single places aren't. */
  points: readonly CurvePoint[];
  /** Whether what is measured is marked by a large shape, not joined. */
  isMark: boolean;
}

export interface CurveDrawing {
  curves: readonly Curve[];
  /** Upright lines with a word. */
  uprights: readonly { x: number; name: string }[];
  /** What the axes measure, with their units. */
  xName: string;
  yName: string;
  theme: ChartTheme;
  locale: string;
}

type Option = ComposeOption<
  | LineSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | MarkLineComponentOption
  | TooltipComponentOption
  | TitleComponentOption
>;

const shapes = ['circle', 'diamond', 'triangle', 'rect'] as const;

/** One quantity against another, the horizontal one by doublings. All `x` must be above 0. Pure. */
export function curvesOption({ curves, uprights, xName, yName, theme, locale }: CurveDrawing): Option {
  const all = [...curves.flatMap(({ points }) => points.map(({ x }) => x)), ...uprights.map(({ x }) => x)];
  const exponents = all.map((x) => Math.log2(x));
  const [from, to] = [Math.floor(Math.min(...exponents)), Math.ceil(Math.max(...exponents))];
  const small = { fontFamily: theme.fontFamily, fontSize: 11 };
  const axis = {
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.border } },
    axisTick: { lineStyle: { color: theme.border } },
    axisLabel: { ...small, color: theme.muted, hideOverlap: true },
    nameLocation: 'middle' as const,
    nameTextStyle: { ...small, fontSize: 12, color: theme.text },
  };
  return {
    animation: false,
    textStyle: { fontFamily: theme.fontFamily, color: theme.text },
    legend: {
      type: 'scroll',
      left: 8,
      right: 8,
      top: 4,
      itemWidth: 18,
      itemHeight: 9,
      textStyle: { ...small, fontSize: 12, color: theme.text },
      inactiveColor: theme.muted,
      pageTextStyle: { color: theme.muted },
      pageIconColor: theme.text,
      data: curves.map(({ name }) => name),
    },
    tooltip: {
      trigger: 'item',
      // drawn, not written as HTML: names are anybody's
      renderMode: 'richText',
      backgroundColor: theme.background,
      borderColor: theme.border,
      textStyle: { ...small, fontSize: 12, color: theme.text },
      formatter: (params) => String((Array.isArray(params) ? params[0] : params)?.name ?? ''),
    },
    grid: { left: 62, right: 24, top: 38, bottom: 48 },
    xAxis: {
      ...axis,
      type: 'log',
      logBase: 2,
      min: 2 ** from,
      max: 2 ** Math.max(to, from + 1),
      name: xName,
      nameGap: 28,
      axisLabel: { ...axis.axisLabel, formatter: (value: number) => formatTick(value, locale) },
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: 'value',
      scale: true,
      name: yName,
      nameGap: 42,
      axisLabel: { ...axis.axisLabel, formatter: (value: number) => formatTick(value, locale) },
      splitLine: { lineStyle: { color: theme.border, opacity: 0.6 } },
    },
    series: curves.map(({ name, colour, points, isMark }, place) => ({
      type: 'line' as const,
      name,
      color: lineColour(colour, theme.name),
      lineStyle: { width: isMark ? 0 : 1.6 },
      showSymbol: true,
      symbol: isMark ? shapes[place % shapes.length]! : 'circle',
      symbolSize: isMark ? 13 : 5,
      z: isMark ? 5 : 3,
      emphasis: { scale: 1.4 },
      data: points.map(({ x, y, text }) => ({ name: text, value: [x, y] })),
      ...(place === 0 && uprights.length > 0 ? { markLine: uprightLines(uprights, theme, small) } : {}),
    })),
  };
}

function uprightLines(
  uprights: CurveDrawing['uprights'],
  theme: ChartTheme,
  small: { fontFamily: string; fontSize: number },
): MarkLineComponentOption {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: theme.muted, type: 'dashed', width: 1 },
    data: uprights.map(({ x, name }) => ({
      xAxis: x,
      label: { ...small, formatter: name, color: theme.muted, position: 'insideEndTop' as const },
    })),
  };
}
