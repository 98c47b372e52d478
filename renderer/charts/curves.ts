import type { LineSeriesOption } from 'echarts/charts';
import type {
  GridComponentOption,
  LegendComponentOption,
  MarkLineComponentOption,
  TitleComponentOption,
  TooltipComponentOption,
} from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { formatTick, planAxis } from '@shared/maths';
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
  /** What isn't drawn, in words; stands above the curves. */
  notes: readonly string[];
}

/** Whether a place can be drawn: both values are finite, and the horizontal one, by doublings, is above 0. */
const canBeDrawn = ({ x, y }: CurvePoint): boolean => x > 0 && Number.isFinite(x) && Number.isFinite(y);

/** The names of the curves with places that can't be drawn, and how many each has. */
export function undrawn(curves: readonly Curve[]): { name: string; count: number }[] {
  return curves.flatMap(({ name, points }) => {
    const count = points.filter((point) => !canBeDrawn(point)).length;
    return count === 0 ? [] : [{ name, count }];
  });
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

const Y_TICKS = 6;
const NOTE_LINE = 15;

/** One quantity against another, the horizontal one by doublings. What can't be drawn is left out, which `undrawn` tells. Pure. */
export function curvesOption({ curves, uprights, xName, yName, theme, locale, notes }: CurveDrawing): Option {
  const drawn = curves.map((curve) => ({ ...curve, points: curve.points.filter(canBeDrawn) }));
  const places = drawn.flatMap(({ points }) => points);
  const exponents = [...places, ...uprights].flatMap(({ x }) => (x > 0 && Number.isFinite(x) ? [Math.log2(x)] : []));
  const [from, to] = [
    Math.floor(exponents.length === 0 ? 0 : Math.min(...exponents)),
    Math.ceil(exponents.length === 0 ? 1 : Math.max(...exponents)),
  ];
  const heights = places.map(({ y }) => y);
  const vertical = planAxis(
    { kind: 'linear' },
    heights.length === 0 ? 0 : Math.min(...heights),
    Math.max(...heights, heights.length === 0 ? 1 : -Infinity),
    { atMost: Y_TICKS },
  );
  const ticks = vertical.ticks.map((tick) => formatTick(tick, locale));
  const wordWidth = Math.max(24, 6.4 * Math.max(...ticks.map((word) => word.length)));
  const top = 38 + NOTE_LINE * notes.length;
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
    ...(notes.length === 0
      ? {}
      : {
          title: {
            left: 8,
            top: 22,
            subtext: notes.join('\n'),
            subtextStyle: { ...small, color: theme.muted, lineHeight: NOTE_LINE },
          },
        }),
    grid: { left: Math.round(wordWidth + 38), right: 24, top, bottom: 48 },
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
      min: vertical.from,
      max: vertical.to,
      name: yName,
      nameGap: Math.round(wordWidth + 18),
      axisLabel: {
        ...axis.axisLabel,
        customValues: vertical.ticks,
        formatter: (value: number) => formatTick(value, locale),
      },
      splitLine: { lineStyle: { color: theme.border, opacity: 0.6 } },
    },
    series: drawn.map(({ name, colour, points, isMark }, place) => ({
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
