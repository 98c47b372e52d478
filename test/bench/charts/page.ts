/** Runs in a browser and measures one interaction with a chart of many long runs, from input to painted pixels. */
import { init } from '@/charts/echarts';
import { chartOption, fullRange } from '@/charts/option';
import { defaultView, type ChartView } from '@/charts/view';
import { readAt } from '@/charts/readout';
import type { Range } from '@shared/maths';
import type { Trace } from '@/charts/trace';
import type { ChartTheme } from '@/charts/theme';

const RUNS = 20;
const POINTS = 100_000;
const WIDTH = 900;
const REPEATS = 15;
const theme: ChartTheme = {
  name: 'light',
  text: '#111',
  muted: '#555',
  border: '#ccc',
  background: '#fff',
  error: '#c00',
  fontFamily: 'sans-serif',
};

function makeTrace(run: number): Trace {
  const value = new Float32Array(POINTS);
  let seed = 7 + run;
  for (let i = 0; i < POINTS; i++) {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    value[i] = (1 + run / 10) / Math.sqrt(1 + i / 500) + (0.3 * seed) / 2 ** 32;
  }
  const step = Float64Array.from({ length: POINTS }, (_, i) => i + 1);
  return {
    id: `run-${run}`,
    label: `run ${run}`,
    colour: run,
    dash: 'solid',
    marks: false,
    step,
    wall: step.map((at) => 1.7e9 + at),
    value,
    events: [],
  };
}

/** Milliseconds of each interaction: p50 and the slowest of the repeats. */
export async function bench(): Promise<Record<string, { p50: number; max: number }>> {
  const traces = Array.from({ length: RUNS }, (_, run) => makeTrace(run));
  const host = document.createElement('div');
  host.style.cssText = `width:${WIDTH}px;height:240px`;
  document.body.append(host);
  const chart = init(host, null, { renderer: 'canvas' });
  const draw = (view: ChartView, visible: Range): void => {
    chart.setOption(chartOption({ traces, view, visible, width: WIDTH, theme, locale: 'en', eventLabel: '' }), {
      notMerge: true,
      silent: true,
    });
    chart.getZr().flush();
  };
  const full = fullRange(traces, defaultView)!;
  const part = (i: number): Range => ({ from: full.from + i * 1000, to: full.to - i * 2000 });
  const cases: Record<string, (i: number) => void> = {
    smoothing: (i) => draw({ ...defaultView, smoothing: 0.5 + i / 40 }, full),
    zoom: (i) => draw(defaultView, part(i)),
    logX: (i) => draw({ ...defaultView, logX: i % 2 === 0 }, full),
    logY: (i) => draw({ ...defaultView, scale: i % 2 === 0 ? 'log' : 'symlog' }, full),
    read: (i) => void readAt(traces, defaultView, (i + 1) * 6000, 100),
  };
  const results: Record<string, { p50: number; max: number }> = {};
  for (const [name, interact] of Object.entries(cases)) {
    interact(0);
    const times: number[] = [];
    for (let i = 1; i <= REPEATS; i++) {
      await new Promise(requestAnimationFrame);
      const start = performance.now();
      interact(i);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    results[name] = { p50: times[REPEATS >> 1]!, max: times[REPEATS - 1]! };
  }
  return results;
}

Object.assign(window, { bench });
