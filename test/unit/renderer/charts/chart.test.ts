import { describe, expect, it } from 'vitest';
import { chartCsv } from '@/charts/csv';
import { durationText } from '@shared/duration';
import { formatValue } from '@/charts/format';
import { notesOf } from '@/charts/notes';
import { chartOption, fullRange, plotLeft } from '@/charts/option';
import { chartSvg } from '@/charts/picture';
import { places, readAt, summarize } from '@/charts/readout';
import type { ChartTheme } from '@/charts/theme';
import { eventPosition, positions, type Trace } from '@/charts/trace';
import { defaultView, type ChartView, type Drawing } from '@/charts/view';

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
    expect(line!.markLine).toMatchObject({
      data: [{ xAxis: 2, label: { show: true } }],
      label: { formatter: 'not finite' },
    });
  });

  const yOf = (traces: Trace[], view: ChartView): number[] =>
    [...(seriesOf(chartOption(drawing(traces, view)))[0]!.data as Float64Array)].filter((_, i) => i % 2 === 1);
  const loss: ChartView = { ...raw, prefersLog: true };

  it('shows every value of a loss that goes below 0', () => {
    const vae = trace('vae', [1, 81, 150], [9080, -1471, -3639]);
    expect(yOf([vae], loss)).toEqual([9080, -1471, -3639]);
    expect(notesOf([vae], loss)).toEqual([]);
    expect(chartOption(drawing([vae], loss)).yAxis).toMatchObject({ min: -5000, max: 10_000 });
  });

  it('shows every value of a loss that crosses 0 and once was 1e31', () => {
    const wild = trace('wild', [1, 2, 3, 4], [1e31, 3, 0, -2]);
    const drawn = yOf([wild], loss);
    expect(drawn).toHaveLength(4);
    expect(drawn.every((place, i) => Number.isFinite(place) && (i === 0 || place < drawn[i - 1]!))).toBe(true);
    expect(notesOf([wild], loss)).toEqual([{ kind: 'symlog' }]);
  });

  it('says what a logarithmic axis has no place for, where a person chose it', () => {
    const crossing = trace('crossing', [0, 1, 10], [-1, 0.5, 2]);
    const view: ChartView = { ...raw, logX: true, scale: 'log' };
    expect(fullRange([crossing], view)).toEqual({ from: 1, to: 10 });
    const [line] = seriesOf(chartOption(drawing([crossing], view)));
    expect([...(line!.data as Float64Array)]).toEqual([0, Math.log10(0.5), 1, Math.log10(2)]);
    expect(notesOf([crossing], view)).toEqual([
      { kind: 'values', count: 1 },
      { kind: 'places', count: 1 },
    ]);
    expect(notesOf([crossing], { ...view, scale: 'symlog', logX: false })).toEqual([{ kind: 'symlog' }]);
  });

  it('reaches below 0 from an axis that begins at 0', () => {
    const below = trace('below', [1, 2], [-3, 1]);
    expect(chartOption(drawing([below], { ...raw, fromZero: true })).yAxis).toMatchObject({ min: -3, max: 1 });
  });

  it('has an axis without words, and says why, where nothing is finite', () => {
    const lost = trace('lost', [], [], { events: [{ step: 7, wall: 1_700_000_007 }] });
    expect(chartOption(drawing([lost])).yAxis).toMatchObject({ axisLabel: { show: false } });
    expect(notesOf([lost], raw)).toEqual([{ kind: 'notFinite', count: 1, step: 7 }]);
  });

  it('marks a run that diverged by a few lines, one of them with the word', () => {
    const steps = Array.from({ length: 5000 }, (_, i) => i + 1);
    const lost = trace('lost', [0], [1], { events: steps.map((step) => ({ step, wall: 1_700_000_000 + step })) });
    const { data } = seriesOf(chartOption(drawing([lost])))[0]!.markLine as { data: { label: { show: boolean } }[] };
    expect(data.length).toBeLessThanOrEqual(60);
    expect(data.filter(({ label }) => label.show).length).toBeLessThanOrEqual(4);
    expect(notesOf([lost], raw)).toEqual([{ kind: 'notFinite', count: 5000, step: 1 }]);
  });

  it('makes room for long words at its axis', () => {
    expect(plotLeft(chartOption(drawing([a])))).toBe(58);
    expect(plotLeft(chartOption(drawing([trace('far', [1, 2], [1.0000012e8, 1.0000015e8])])))).toBeGreaterThan(60);
  });

  it('keeps every value in order where the clock was set back meanwhile', () => {
    const wall = Float64Array.of(1000, 1010, 500, 510);
    const events = [{ step: 4, wall: 510 }];
    const back = trace('back', [1, 2, 3, 4], [1, 2, 3, 4], { wall, events });
    expect([...positions(back, 'relative')]).toEqual([0, 10, 10, 20]);
    expect([...positions(back, 'wall')]).toEqual([1_000_000, 1_010_000, 1_010_000, 1_020_000]);
    expect(eventPosition(back, events[0]!, 'relative')).toBe(20);
    expect(fullRange([back], { ...raw, xAxis: 'relative' })).toEqual({ from: 0, to: 20 });
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

  it('reads a value that is not finite as such, and has it in its table', () => {
    const broken = trace('broken', [1, 3], [5, 4], { events: [{ step: 2, wall: 1_700_000_002 }] });
    expect(readAt([broken], raw, 2.1, 0.5)).toMatchObject({ step: 2, rows: [{ value: NaN, step: 2 }] });
    expect(places([broken], 'step', { from: 1, to: 3 }, 10)).toEqual([1, 2, 3]);
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
      notes: ['2 values are not finite'],
    });
    expect(svg).toMatch(/^<svg /);
    for (const text of ['Total loss', 'first run', 'Step', 'Loss', '2 values are not finite'])
      expect(svg).toContain(text);
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
    expect([durationText(59.6), durationText(3723)]).toEqual(['1:00', '1:02:03']);
  });
});
