import type { LineSeriesOption } from 'echarts/charts';
import type {
  GridComponentOption,
  LegendComponentOption,
  MarkLineComponentOption,
  TitleComponentOption,
} from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { along, back, formatTick, linearTicks, logTicks, planAxis, type AxisPlan, type AxisScale } from '@shared/maths';
import { downsample, type Range, type Scale } from '@shared/maths';
import { eventMarks } from './event-marks';
import { durationText } from '@shared/duration';
import { dashPattern, lineColour, lineSymbol } from './palette';
import { drawnValues, eventPosition, keptRawPoints, positions, type Trace, type XAxis } from './trace';
import { LABEL_SIZE, xScale, yScale, type ChartView, type Drawing } from './view';

export type ChartOption = ComposeOption<
  LineSeriesOption | GridComponentOption | LegendComponentOption | TitleComponentOption | MarkLineComponentOption
>;

/** Opacity of the raw line behind a smoothed one. */
const RAW_OPACITY = 0.22;
/** Points of all lines of a chart together; many runs share them, which the eye cannot tell and the hand feels. */
const POINT_BUDGET = 48_000;
const MINIMUM_BUCKETS = 160;
/** Plot area inside the chart, in CSS pixels; on the left as much more as the words of the vertical axis need. */
export const plotMargins = { left: 58, right: 14, top: 10, bottom: 26 } as const;
const WIDEST_LEFT = 120;
/** About how wide a character of an axis is, and what stands between words and axis, in CSS pixels. */
const CHARACTER = 6.4;
const GAP = 14;

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

const Y_TICKS = 5;
const X_TICKS = 6;

/** Left margin of the plot of an option made here, in CSS pixels. */
export const plotLeft = (option: ChartOption | null): number =>
  Number((option?.grid as GridComponentOption | undefined)?.left ?? plotMargins.left);

/** What ECharts is told: axes and the points of every line in the visible range. Pure. */
export function chartOption(drawing: Drawing): ChartOption {
  const { traces, view, theme } = drawing;
  const scale = yScale(traces, view);
  const smoothed = view.smoothing > 0;
  const lines = traces.length * (smoothed ? 2 : 1);
  const buckets = Math.max(
    MINIMUM_BUCKETS,
    Math.min(drawing.width, Math.floor(POINT_BUDGET / (2 * Math.max(1, lines)))),
  );
  const behind = smoothed
    ? traces.filter((trace) => !trace.marks).map((trace) => line(drawing, scale, trace, trace.value, buckets, true))
    : [];
  const front = traces.map((trace) => line(drawing, scale, trace, drawnValues(trace, view.smoothing), buckets, false));
  const marks = eventMarks(drawing);
  front.forEach((one, i) => marks[i] && (one.markLine = marks[i]));
  const axisStyle = {
    type: 'value' as const,
    axisLabel: { color: theme.muted, fontSize: LABEL_SIZE, hideOverlap: true },
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.border } },
    axisTick: { lineStyle: { color: theme.border } },
  };
  const series = [...behind, ...front];
  const y = planOf(series, scale, view.fromZero);
  const words = (y?.ticks ?? []).map((tick) => formatTick(tick, drawing.locale));
  const left = Math.max(plotMargins.left, GAP + CHARACTER * Math.max(0, ...words.map((word) => word.length)));
  return {
    animation: false,
    textStyle: { fontFamily: theme.fontFamily, color: theme.text },
    grid: { ...plotMargins, left: Math.min(WIDEST_LEFT, Math.round(left)), containLabel: false },
    xAxis: xAxisOption(drawing, axisStyle),
    yAxis: yAxisOption(drawing, axisStyle, y),
    series: [...series],
  };
}

/** ECharts' own logarithmic axis has ticks at powers of ten only, and it has no symlog: places along the scale are drawn on a plain axis, with ticks of ours. */
function ownAxis({ scale, from, to, ticks }: AxisPlan, label: (value: number) => string, style: AxisStyle) {
  const customValues = ticks.map((tick) => along(scale, tick));
  return {
    ...style,
    min: along(scale, from),
    max: along(scale, to),
    axisTick: { ...style.axisTick, customValues },
    axisLabel: {
      ...style.axisLabel,
      customValues,
      // the tick itself, not what the way there and back makes of it
      formatter: (place: number) => label(ticks[nearest(customValues, place)] ?? back(scale, place)),
    },
  };
}

const nearest = (places: readonly number[], place: number): number =>
  places.reduce((best, one, i) => (Math.abs(one - place) < Math.abs(places[best]! - place) ? i : best), 0);

interface AxisStyle {
  type: 'value';
  axisLabel: { color: string; fontSize: number; hideOverlap: boolean };
  axisLine: { show: boolean; onZero: boolean; lineStyle: { color: string } };
  axisTick: { lineStyle: { color: string } };
}

function xAxisOption({ view, visible: { from, to }, locale }: Drawing, style: AxisStyle): ChartOption['xAxis'] {
  const splitLine = { show: false };
  const label = (value: number): string => tickLabel(value, view.xAxis, locale);
  if (xScale(view) === 'log')
    return { ...ownAxis({ scale: LOG, from, to, ticks: logTicks(from, to, X_TICKS) }, label, style), splitLine };
  if (view.xAxis === 'wall')
    return {
      ...style,
      type: 'time',
      min: from,
      max: to,
      splitLine,
      axisLabel: { ...style.axisLabel, showMinLabel: false, showMaxLabel: false },
    };
  const plan: AxisPlan = { scale: LINEAR, from, to, ticks: linearTicks(from, to, X_TICKS) };
  return { ...ownAxis(plan, label, style), splitLine };
}

const LINEAR: AxisScale = { kind: 'linear' };
const LOG: AxisScale = { kind: 'log' };

function yAxisOption({ theme, locale }: Drawing, style: AxisStyle, plan: AxisPlan | null): ChartOption['yAxis'] {
  const splitLine = { lineStyle: { color: theme.border, opacity: 0.6 } };
  // nothing to measure: an axis without a word
  if (!plan) return { ...style, min: 0, max: 1, splitLine: { show: false }, axisLabel: { show: false } };
  return { ...ownAxis(plan, (value) => formatTick(value, locale), style), splitLine };
}

/** The vertical axis over what is drawn; null if nothing is. */
function planOf(series: readonly DrawnSeries[], scale: AxisScale, fromZero: boolean): AxisPlan | null {
  let low = Infinity;
  let high = -Infinity;
  for (const { data } of series) {
    for (let i = 1; i < data.length; i += 2) {
      low = Math.min(low, data[i]!);
      high = Math.max(high, data[i]!);
    }
  }
  return high >= low ? planAxis(scale, back(scale, low), back(scale, high), { fromZero, atMost: Y_TICKS }) : null;
}

/** A tick of the horizontal axis. */
export function tickLabel(value: number, axis: XAxis, locale: string): string {
  return axis === 'relative' ? durationText(value) : formatTick(value, locale);
}

/** A line with its points, interleaved; ECharts takes typed arrays, though its types know nested ones only. */
type DrawnSeries = Omit<LineSeriesOption, 'data'> & { data: Float64Array & number[] };

function line(
  drawing: Drawing,
  scale: AxisScale,
  trace: Trace,
  values: Float32Array,
  buckets: number,
  raw: boolean,
): DrawnSeries {
  const { view, theme } = drawing;
  const x = positions(trace, view.xAxis);
  const sample = (): Float64Array => {
    const drawable = scale.kind === 'log' ? positive(values) : values;
    return laid(scale, xScale(view), downsample(x, drawable, drawing.visible, buckets, xScale(view)));
  };
  const unit = scale.kind === 'symlog' ? scale.unit : '';
  const key = `${view.xAxis} ${xScale(view)} ${scale.kind} ${unit} ${drawing.visible.from} ${drawing.visible.to} ${buckets}`;
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
    symbol: lineSymbol(trace.colour),
    symbolSize: 5,
    color: colour,
    lineStyle: { width: raw ? 1 : 1.6, opacity: raw ? RAW_OPACITY : 1, type: dashPattern(trace.dash), color: colour },
    emphasis: { disabled: true },
  };
}

/** Values that a logarithmic axis can show; the rest left out, which a note says. The array itself where nothing is left out. */
function positive(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) {
    if (values[i]! <= 0) return values.map((value) => (value > 0 ? value : NaN));
  }
  return values;
}

/** Points at their places along the axes. Changes and answers the same array. */
function laid(scale: AxisScale, x: Scale, points: Float64Array): Float64Array {
  for (let i = 0; i < points.length; i += 2) {
    if (x === 'log') points[i] = Math.log10(points[i]!);
    points[i + 1] = along(scale, points[i + 1]!);
  }
  return points;
}
