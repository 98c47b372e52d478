import { describe, expect, it } from 'vitest';
import { chartCsv } from '@/charts/csv';
import { formatDuration, formatTick, formatValue } from '@/charts/format';
import { chartOption, defaultView, fullRange, type ChartView, type Drawing } from '@/charts/option';
import { chartSvg } from '@/charts/picture';
import { places, readAt, summarize } from '@/charts/readout';
import type { ChartTheme } from '@/charts/theme';
import type { Trace } from '@/charts/trace';

const theme: ChartTheme = {
  name: 'light',
  text: '#111',
  muted: '#555',
  border: '#ccc',
  background: '#fff',
  error: '#c00',
  fontFamily: 'sans-serif',
};
const trace = (id: string, steps: number[], values: number[], more: Partial<Trace> = {}): Trace => ({
  id,
  label: id,
  colour: 0,
  dash: 'solid',
  marks: false,
  step: Float64Array.from(steps),
  wall: Float64Array.from(steps, (step) => 1_700_000_000 + step),
  value: Float32Array.from(values),
  events: [],
  ...more,
});
const raw: ChartView = { ...defaultView, smoothing: 0 };
const drawing = (traces: Trace[], view: ChartView = raw): Drawing => ({
  traces,
  view,
  visible: fullRange(traces, view)!,
  width: 400,
  theme,
  locale: 'en',
  eventLabel: 'not finite',
});
const seriesOf = (option: ReturnType<typeof chartOption>): { id?: unknown; data?: unknown; markLine?: unknown }[] =>
  option.series as never;

describe('a chart', () => {
  const a = trace('a', [1, 2, 3], [4, 2, 1]);

  it('draws the raw line behind only while smoothing is on', () => {
    expect(seriesOf(chartOption(drawing([a]))).map(({ id }) => id)).toEqual(['a']);
    expect(seriesOf(chartOption(drawing([a], defaultView))).map(({ id }) => id)).toEqual(['a/raw', 'a']);
  });

  it('smooths the full data before leaving points out', () => {
    const long = trace(
      'long',
      Array.from({ length: 10_000 }, (_, i) => i + 1),
      Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? 0 : 1)),
    );
    const [, front] = seriesOf(chartOption(drawing([long], { ...raw, smoothing: 0.99 })));
    const values = (front!.data as Float64Array).filter((_, i) => i % 2 === 1).slice(100);
    expect(Math.min(...values)).toBeGreaterThan(0.45);
    expect(Math.max(...values)).toBeLessThan(0.55);
  });

  it('marks the step whose value was not finite', () => {
    const broken = { ...a, events: [{ step: 2, wall: 1_700_000_002 }] };
    const [line] = seriesOf(chartOption(drawing([broken])));
    expect(line!.markLine).toMatchObject({ data: [{ xAxis: 2 }], label: { formatter: 'not finite' } });
  });

  it('drops what a logarithmic axis cannot show', () => {
    const crossing = trace('crossing', [0, 1, 10], [-1, 0.5, 2]);
    const view = { ...raw, logX: true, logY: true };
    expect(fullRange([crossing], view)).toEqual({ from: 1, to: 10 });
    const [line] = seriesOf(chartOption(drawing([crossing], view)));
    expect([...(line!.data as Float64Array)]).toEqual([0, Math.log10(0.5), 1, Math.log10(2)]);
  });

  it('counts seconds since each run’s own beginning on the relative axis', () => {
    expect(fullRange([trace('late', [100, 160], [1, 2])], { ...raw, xAxis: 'relative' })).toEqual({ from: 0, to: 60 });
  });

  it('has no range without data', () => {
    expect(fullRange([trace('empty', [], [])], raw)).toBeNull();
  });
});

describe('reading a chart', () => {
  const a = trace('a', [1, 2, 3, 4], [4, 3, 2, 1]);
  const b = trace('b', [2, 4], [9, 8]);

  it('tells the values of all series at a place', () => {
    const readout = readAt([a, b], raw, 3.9, 0.5)!;
    expect(readout.step).toBe(4);
    expect(readout.rows.map(({ trace: { id }, value, step }) => [id, value, step])).toEqual([
      ['a', 1, 4],
      ['b', 8, 4],
    ]);
  });

  it('leaves out a series that does not reach the place', () => {
    expect(readAt([a, trace('short', [1], [5])], raw, 4, 0.5)!.rows.map((row) => row.trace.id)).toEqual(['a']);
  });

  it('summarizes a series by its ends and extremes', () => {
    expect(summarize(trace('u', [1, 2, 3], [5, 1, 3]))).toEqual({
      label: 'u',
      first: { step: 1, value: 5 },
      last: { step: 3, value: 3 },
      lowest: { step: 2, value: 1 },
      highest: { step: 1, value: 5 },
    });
  });

  it('offers few, evenly chosen places for its table', () => {
    const long = trace(
      'long',
      Array.from({ length: 1001 }, (_, i) => i),
      new Array<number>(1001).fill(1),
    );
    expect(places([long, b], 'step', { from: 0, to: 1000 }, 11)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
    ]);
  });
});

describe('an exported chart', () => {
  const named = trace('run, "a"', [1, 3], [0.1, 0.2], { events: [{ step: 2, wall: 1_700_000_002 }] });

  it('writes the full data as CSV, with quotes where needed and NaN where it was', () => {
    expect(chartCsv([named], 0).split('\r\n')).toEqual([
      'series,step,wall,value',
      '"run, ""a""",1,2023-11-14T22:13:21.000Z,0.1',
      '"run, ""a""",2,2023-11-14T22:13:22.000Z,NaN',
      '"run, ""a""",3,2023-11-14T22:13:23.000Z,0.2',
      '',
    ]);
  });

  it('adds a column for the smoothed values', () => {
    expect(chartCsv([trace('a', [1, 2], [1, 2])], 0.5).split('\r\n')[2]).toBe(
      'a,2,2023-11-14T22:13:22.000Z,2,1.6666666',
    );
  });

  it('writes an SVG with title, legend and axis names', () => {
    const svg = chartSvg(drawing([trace('first run', [1, 2, 3], [3, 2, 1])]), {
      title: 'Total loss',
      xName: 'Step',
      yName: 'Loss',
    });
    expect(svg).toMatch(/^<svg /);
    for (const text of ['Total loss', 'first run', 'Step', 'Loss']) expect(svg).toContain(text);
  });
});

describe('numbers', () => {
  it('are written as people read them', () => {
    expect([
      formatValue(0.123456, 'en'),
      formatValue(123456.7, 'en'),
      formatValue(0.0000123, 'en'),
      formatValue(NaN, 'en'),
    ]).toEqual(['0.1235', '123,457', '1.23E-5', 'NaN']);
    expect([formatTick(20_000, 'en'), formatTick(0.5, 'en')]).toEqual(['20K', '0.5']);
    expect([formatDuration(59.6), formatDuration(3723)]).toEqual(['1:00', '1:02:03']);
  });
});
