import { lineDash, type MetricTable, type SeriesView, type Trace } from '@/charts';

interface ChartSeries {
  name: string;
  marks: boolean;
  /** What it is, where it is neither what training nor what the held-out split says. */
  baseline?: 'uniform' | 'unigram';
}

/** One chart of the screen: which series it shows, and how it begins. */
export interface ChartPlan {
  /** Unique; also the key of its title and explanation, unless it shows one loss term. */
  id: string;
  /** Name of the loss term it shows, if it does. */
  term?: string;
  /** Name of the number with a schedule that it shows, if it does. */
  scheduled?: string;
  /** Name of the measure that only some models have, if it shows one. */
  measure?: string;
  series: readonly ChartSeries[];
  prefersLog?: boolean;
  fromZero?: boolean;
  /** What values are multiplied by to be drawn in the unit that the title names. */
  scale?: number;
}

const line = (name: string): ChartSeries => ({ name, marks: false });
const evaluation = (name: string): ChartSeries => ({ name, marks: true });

const MEGABYTES_PER_BYTE = 1e-6;
const before: readonly ChartPlan[] = [{ id: 'loss', series: [line('loss')], prefersLog: true }];
const after: readonly ChartPlan[] = [
  {
    id: 'nats',
    series: [
      line('nats'),
      evaluation('test/nats'),
      { ...evaluation('test/nats-unigram'), baseline: 'unigram' },
      { ...evaluation('test/nats-uniform'), baseline: 'uniform' },
    ],
  },
  { id: 'accuracy', series: [line('accuracy'), evaluation('test/accuracy')], fromZero: true },
  { id: 'nmse', series: [line('nmse'), evaluation('test/nmse')], prefersLog: true },
  { id: 'perplexity', series: [line('perplexity'), evaluation('test/perplexity')], fromZero: true },
  { id: 'psnr', series: [evaluation('test/psnr')] },
  { id: 'usage', series: [evaluation('test/usage')], fromZero: true },
  { id: 'dead-codes', series: [evaluation('test/dead-codes')], fromZero: true },
  { id: 'learning-rate', series: [line('learning-rate')], fromZero: true },
  { id: 'gradient-norm', series: [line('gradient-norm')], prefersLog: true },
  { id: 'items-per-second', series: [line('items-per-second')], fromZero: true },
  { id: 'memory', series: [line('memory')], fromZero: true, scale: MEGABYTES_PER_BYTE },
];
const TERM = 'loss/';
const SCHEDULED = 'schedule/';
const HELD_OUT = /^test\//;
/** Series that have a chart of another kind, or none. */
const ELSEWHERE = /^(loss|schedule|time)\//;

/** The charts that some of these series fill: total loss, each loss term, quality, codebook, speed, what else the model measures, then schedules. */
export function planCharts(names: Iterable<string>): ChartPlan[] {
  const present = new Set(names);
  const terms = [...present].filter((name) => name.startsWith(TERM)).sort();
  const ofTerms = terms.map((name) => ({
    id: name,
    term: name.slice(TERM.length),
    series: [line(name)],
    prefersLog: true,
  }));
  const scheduled = [...present].filter((name) => name.startsWith(SCHEDULED)).sort();
  const ofSchedules = scheduled.map((name) => ({
    id: name,
    scheduled: name.slice(SCHEDULED.length),
    series: [line(name)],
    fromZero: true,
  }));
  const planned = new Set([...before, ...after].flatMap(({ series }) => series.map(({ name }) => name)));
  const own = [...present].filter((name) => !planned.has(name) && !ELSEWHERE.test(name));
  const measures = [...new Set(own.map((name) => name.replace(HELD_OUT, '')))].sort();
  const ofMeasures = measures.map((measure) => ({
    id: measure,
    measure,
    series: [line(measure), evaluation(`test/${measure}`)],
  }));
  return [...before, ...ofTerms, ...after, ...ofMeasures, ...ofSchedules].filter(({ series }) =>
    series.some(({ name }) => present.has(name)),
  );
}

/** A run whose lines are drawn. */
export interface ChartedRun {
  run: string;
  name: string;
  /** Slot of the palette. */
  colour: number;
  table: MetricTable;
}

const made = new WeakMap<SeriesView, Trace>();

/**
 * The lines of a chart, for every run that has the series. A trace stays the same object until its run grows or is renamed,
 * so that what was derived from its data is derived once.
 *
 * @param heldOut how the legend names values of the held-out split, or of a baseline over it
 */
export function tracesOf(
  plan: ChartPlan,
  runs: readonly ChartedRun[],
  heldOut: (name: string, baseline?: ChartSeries['baseline']) => string,
): Trace[] {
  return runs.flatMap(({ run, name, colour, table }) =>
    plan.series.flatMap((series) => {
      const view = table.view(series.name);
      if (!view || (view.value.length === 0 && view.events.length === 0)) return [];
      const isHeldOut = series.marks;
      const label = isHeldOut ? heldOut(name, series.baseline) : name;
      const known = made.get(view);
      if (known && known.label === label && known.colour === colour) return [known];
      const dash = series.baseline ? 'baseline' : isHeldOut ? 'heldOut' : lineDash(colour);
      const trace: Trace = { id: `${run}/${series.name}`, label, colour, dash, marks: series.marks, ...view };
      if (plan.scale !== undefined) trace.value = view.value.map((value) => value * plan.scale!);
      made.set(view, trace);
      return [trace];
    }),
  );
}
