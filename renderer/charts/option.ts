import type { LineSeriesOption } from 'echarts/charts';
import type {
  GridComponentOption,
  LegendComponentOption,
  MarkLineComponentOption,
  TitleComponentOption,
} from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { downsample, type Range, type Scale } from './downsample';
import { formatDuration, formatTick } from './format';
import { lineColour } from './palette';
import { linearTicks, logTicks } from './ticks';
import { drawnValues, eventPosition, keptRawPoints, positions, type Trace, type XAxis } from './trace';
import type { ChartTheme } from './theme';

export type ChartOption = ComposeOption<
  LineSeriesOption | GridComponentOption | LegendComponentOption | TitleComponentOption | MarkLineComponentOption
>;

/** How a chart is looked at. */
export interface ChartView {
  xAxis: XAxis;
  /** Weight of the moving average, 0 to 0.999. */
  smoothing: number;
  logX: boolean;
  logY: boolean;
  /** Whether the vertical axis begins at 0. */
  fromZero: boolean;
}
export const defaultView: ChartView = { xAxis: 'step', smoothing: 0.6, logX: false, logY: false, fromZero: false };

export interface Drawing {
  traces: readonly Trace[];
  view: ChartView;
  /** The part of the horizontal axis that is shown. */
  visible: Range;
  /** Width of the plot in CSS pixels: at most two points are drawn for each. */
  width: number;
  theme: ChartTheme;
  locale: string;
  /** Tells the events apart from the line for those who hear the chart or see no colour. */
  eventLabel: string;
}

/** Opacity of the raw line behind a smoothed one. */
const RAW_OPACITY = 0.22;
/** Points of all lines of a chart together; many runs share them, which the eye cannot tell and the hand feels. */
const POINT_BUDGET = 48_000;
const MINIMUM_BUCKETS = 160;
const LABEL_SIZE = 11;

/** Plot area inside the chart, in CSS pixels. */
export const plotMargins = { left: 58, right: 14, top: 10, bottom: 26 } as const;

/** On a logarithmic axis only positive places exist, and the clock has no zero worth a logarithm. */
export const xScale = (view: ChartView): Scale => (view.logX && view.xAxis !== 'wall' ? 'log' : 'linear');

/** The whole horizontal extent of all traces, or null if nothing can be drawn. */
export function fullRange(traces: readonly Trace[], view: ChartView): Range | null {
  const scale = xScale(view);
  let from = Infinity;
  let to = -Infinity;
  const include = (x: number): void => {
    if (scale === 'log' && x <= 0) return;
    from = Math.min(from, x);
    to = Math.max(to, x);
  };
  for (const trace of traces) {
    const x = positions(trace, view.xAxis);
    const first = scale === 'log' ? x.findIndex((value) => value > 0) : 0;
    if (x.length > 0 && first >= 0) {
      include(x[first]!);
      include(x[x.length - 1]!);
    }
    for (const event of trace.events) include(eventPosition(trace, event, view.xAxis));
  }
  if (!(to >= from)) return null;
  return to > from
    ? { from, to }
    : { from: scale === 'log' ? from / 2 : from - 0.5, to: scale === 'log' ? to * 2 : to + 0.5 };
}

/** Room above and below the lines on a logarithmic axis, as a share of their height. */
const LOG_PADDING = 0.05;
const Y_TICKS = 5;
const X_TICKS = 6;

/** What ECharts is told: axes and the points of every line in the visible range. Pure. */
export function chartOption(drawing: Drawing): ChartOption {
  const { traces, view, theme } = drawing;
  const smoothed = view.smoothing > 0;
  const lines = traces.length * (smoothed ? 2 : 1);
  const buckets = Math.max(
    MINIMUM_BUCKETS,
    Math.min(drawing.width, Math.floor(POINT_BUDGET / (2 * Math.max(1, lines)))),
  );
  const behind = smoothed
    ? traces.filter((trace) => !trace.marks).map((trace) => line(drawing, trace, trace.value, buckets, true))
    : [];
  const front = traces.map((trace) => line(drawing, trace, drawnValues(trace, view.smoothing), buckets, false));
  const axisStyle = {
    type: 'value' as const,
    axisLabel: { color: theme.muted, fontSize: LABEL_SIZE, hideOverlap: true },
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.border } },
    axisTick: { lineStyle: { color: theme.border } },
  };
  const series = [...behind, ...front];
  return {
    animation: false,
    textStyle: { fontFamily: theme.fontFamily, color: theme.text },
    grid: { ...plotMargins, containLabel: false },
    xAxis: xAxisOption(drawing, axisStyle),
    yAxis: yAxisOption(drawing, axisStyle, series),
    series: [...series],
  };
}

/** ECharts' own logarithmic axis has ticks at powers of ten only: a logarithm is drawn on a plain axis, with ticks of ours. */
function logAxis(from: number, to: number, ticks: number[], label: (value: number) => string, style: AxisStyle) {
  const customValues = ticks.map(Math.log10);
  return {
    ...style,
    min: Math.log10(from),
    max: Math.log10(to),
    axisTick: { ...style.axisTick, customValues },
    axisLabel: {
      ...style.axisLabel,
      customValues,
      formatter: (exponent: number) => label(Number((10 ** exponent).toPrecision(6))),
    },
  };
}

interface AxisStyle {
  type: 'value';
  axisLabel: { color: string; fontSize: number; hideOverlap: boolean };
  axisLine: { show: boolean; onZero: boolean; lineStyle: { color: string } };
  axisTick: { lineStyle: { color: string } };
}

function xAxisOption({ view, visible: { from, to }, locale }: Drawing, style: AxisStyle): ChartOption['xAxis'] {
  const splitLine = { show: false };
  const label = (value: number): string => tickLabel(value, view.xAxis, locale);
  if (xScale(view) === 'log') return { ...logAxis(from, to, logTicks(from, to, X_TICKS), label, style), splitLine };
  if (view.xAxis === 'wall')
    return {
      ...style,
      type: 'time',
      min: from,
      max: to,
      splitLine,
      axisLabel: { ...style.axisLabel, showMinLabel: false, showMaxLabel: false },
    };
  const customValues = linearTicks(from, to, X_TICKS);
  return {
    ...style,
    min: from,
    max: to,
    splitLine,
    axisTick: { ...style.axisTick, customValues },
    axisLabel: { ...style.axisLabel, customValues, formatter: label },
  };
}

function yAxisOption(
  { view, theme, locale }: Drawing,
  style: AxisStyle,
  series: readonly DrawnSeries[],
): ChartOption['yAxis'] {
  const splitLine = { lineStyle: { color: theme.border, opacity: 0.6 } };
  const label = (value: number): string => formatTick(value, locale);
  const range = view.logY ? exponentRange(series) : null;
  if (range)
    return { ...logAxis(range.from, range.to, logTicks(range.from, range.to, Y_TICKS), label, style), splitLine };
  return {
    ...style,
    scale: !view.fromZero,
    ...(view.fromZero ? { min: 0 } : {}),
    splitNumber: 4,
    splitLine,
    axisLabel: { ...style.axisLabel, formatter: label },
  };
}

/** Range of values, from drawn logarithms, with some room; null if nothing is drawn. */
function exponentRange(series: readonly DrawnSeries[]): Range | null {
  let low = Infinity;
  let high = -Infinity;
  for (const { data } of series) {
    for (let i = 1; i < data.length; i += 2) {
      low = Math.min(low, data[i]!);
      high = Math.max(high, data[i]!);
    }
  }
  if (!(high >= low)) return null;
  const room = Math.max(LOG_PADDING * (high - low), 0.01);
  return { from: 10 ** (low - room), to: 10 ** (high + room) };
}

/** A tick of the horizontal axis. */
export function tickLabel(value: number, axis: XAxis, locale: string): string {
  return axis === 'relative' ? formatDuration(value) : formatTick(value, locale);
}

/** A line with its points, interleaved; ECharts takes typed arrays, though its types know nested ones only. */
type DrawnSeries = Omit<LineSeriesOption, 'data'> & { data: Float64Array & number[] };

function line(drawing: Drawing, trace: Trace, values: Float32Array, buckets: number, raw: boolean): DrawnSeries {
  const { view, theme } = drawing;
  const x = positions(trace, view.xAxis);
  const sample = (): Float64Array =>
    inExponents(view, downsample(x, view.logY ? positive(values) : values, drawing.visible, buckets, xScale(view)));
  const key = `${view.xAxis} ${xScale(view)} ${view.logY} ${drawing.visible.from} ${drawing.visible.to} ${buckets}`;
  const points = values === trace.value ? keptRawPoints(trace, key, sample) : sample();
  const colour = lineColour(trace.colour, theme.name);
  return {
    id: raw ? `${trace.id}/raw` : trace.id,
    ...(raw ? {} : { name: trace.label }),
    type: 'line',
    data: points as Float64Array & number[],
    dimensions: ['x', 'y'],
    encode: { x: 'x', y: 'y' },
    clip: true,
    silent: true,
    showSymbol: trace.marks || points.length === 2,
    symbol: 'circle',
    symbolSize: 5,
    color: colour,
    lineStyle: { width: raw ? 1 : 1.6, opacity: raw ? RAW_OPACITY : 1, type: trace.dash, color: colour },
    emphasis: { disabled: true },
    ...(raw || trace.events.length === 0 ? {} : { markLine: eventMarks(drawing, trace) }),
  };
}

/** A dashed upright line with a word where a series was not finite. */
function eventMarks(drawing: Drawing, trace: Trace): MarkLineComponentOption {
  const { theme, visible, view } = drawing;
  const data = trace.events
    .map((event) => eventPosition(trace, event, view.xAxis))
    .filter((x) => x >= visible.from && x <= visible.to)
    .map((x) => ({ xAxis: xScale(view) === 'log' ? Math.log10(x) : x }));
  return {
    silent: true,
    symbol: ['none', 'triangle'],
    symbolSize: 8,
    animation: false,
    lineStyle: { color: theme.error, type: 'dashed', width: 1 },
    label: { formatter: drawing.eventLabel, color: theme.error, fontSize: LABEL_SIZE, position: 'insideEndTop' },
    data,
  };
}

/** Values that a logarithmic axis can show; the rest left out. The array itself where nothing is left out. */
function positive(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) {
    if (values[i]! <= 0) return values.map((value) => (value > 0 ? value : NaN));
  }
  return values;
}

/** Points as their logarithms along the axes that are logarithmic. Changes and answers the same array. */
function inExponents(view: ChartView, points: Float64Array): Float64Array {
  const logX = xScale(view) === 'log';
  for (let i = 0; i < points.length; i += 2) {
    if (logX) points[i] = Math.log10(points[i]!);
    if (view.logY) points[i + 1] = Math.log10(points[i + 1]!);
  }
  return points;
}
