import { heldOutDash, lineColour } from '@shared/line-colours';
import { along, chooseScale, downsample, formatTick, joinSpreads, planAxis, spreadOf } from '@shared/maths';
import { escaped } from './html';

/** One line: values at ascending steps. NaN marks a missing value, Infinity a value that was not finite. */
export interface ReportLine {
  name: string;
  /** The run's index, which chooses its colour. */
  colour: number;
  isHeldOut: boolean;
  step: ArrayLike<number>;
  value: ArrayLike<number>;
}

export interface ReportChart {
  title: string;
  lines: readonly ReportLine[];
  /** Use a logarithmic axis where the values allow it, as for a loss. */
  prefersLog: boolean;
  language: string;
}

const [WIDTH, HEIGHT] = [640, 260];
const MARGIN = { left: 84, right: 16, top: 12, bottom: 30 } as const;
const MARK = '#c0232c';
const BUCKETS = 400;
const MOST_MARKS = 40;

/** Facts that the caption of a chart mentions. */
export interface ChartFacts {
  /** Number of values that are not finite. */
  notFinite: number;
  isSymlog: boolean;
}

/**
 * Draws curves as a self-contained SVG element by the rules of the page's charts: no finite value is left out.
 * Returns null if there is no value.
 */
export function curvesSvg({
  title,
  lines,
  prefersLog,
  language,
}: ReportChart): { svg: string; facts: ChartFacts } | null {
  const finite = lines.map(finiteOf);
  const spread = joinSpreads(finite.map(({ values }) => spreadOf(values)));
  const steps = [...finite.flatMap(({ steps: own }) => ends(own)), ...finite.flatMap(({ events }) => ends(events))];
  if (!spread || steps.length === 0) return null;
  const scale = chooseScale(spread, 'auto', prefersLog);
  const y = planAxis(scale, spread.lowest, spread.highest);
  const [lowest, highest] = [Math.min(...steps), Math.max(...steps)];
  const [first, last] = lowest < highest ? [lowest, highest] : [lowest - 0.5, highest + 0.5];
  const x = planAxis({ kind: 'linear' }, first, last, { atMost: 6 });
  const [bottom, top] = [along(scale, y.from), along(scale, y.to)];
  const right = WIDTH - MARGIN.right;
  const floor = HEIGHT - MARGIN.bottom;
  const atX = (step: number): string =>
    (MARGIN.left + ((step - first) / (last - first)) * (right - MARGIN.left)).toFixed(1);
  const atY = (value: number): string =>
    (floor - ((along(scale, value) - bottom) / (top - bottom)) * (floor - MARGIN.top)).toFixed(1);
  const grid = y.ticks.map(
    (tick) =>
      `<path d="M${MARGIN.left} ${atY(tick)}H${right}" stroke="#e2e2e6"/><text x="${MARGIN.left - 6}" y="${atY(tick)}" dy=".32em" text-anchor="end">${escaped(formatTick(tick, language))}</text>`,
  );
  const below = x.ticks
    .filter((tick) => tick >= lowest && tick <= highest && Number.isInteger(tick))
    .map(
      (tick) =>
        `<text x="${atX(tick)}" y="${floor + 18}" text-anchor="middle">${escaped(formatTick(tick, language))}</text>`,
    );
  const drawn = lines.map(({ name, colour, isHeldOut }, at) => {
    const { steps: own, values, events } = finite[at]!;
    const stroke = colourOf(colour);
    const kept = downsample(own, values, { from: first, to: last }, BUCKETS);
    const points = Array.from({ length: kept.length / 2 }, (_, i) => `${atX(kept[2 * i]!)},${atY(kept[2 * i + 1]!)}`);
    const marks = events
      .filter((_, i) => i % Math.ceil(events.length / MOST_MARKS) === 0)
      .map((step) => `<path d="M${atX(step)} ${MARGIN.top}V${floor}" stroke="${MARK}" stroke-dasharray="2 3"/>`);
    const dots = isHeldOut
      ? points.map((point) => `<circle cx="${point.replace(',', '" cy="')}" r="2.2" fill="${stroke}"/>`)
      : [];
    const dash = isHeldOut ? ` stroke-dasharray="${heldOutDash.join(' ')}"` : '';
    return `<g><title>${escaped(name)}</title><polyline points="${points.join(' ')}" fill="none" stroke="${stroke}" stroke-width="1.5"${dash}/>${dots.join('')}${marks.join('')}</g>`;
  });
  const svg = `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" role="img" aria-label="${escaped(title)}" font-size="11" font-family="system-ui, sans-serif" fill="#55555c">${grid.join('')}${below.join('')}<path d="M${MARGIN.left} ${MARGIN.top}V${floor}H${right}" fill="none" stroke="#b8b8c0"/>${drawn.join('')}</svg>`;
  const notFinite = finite.reduce((sum, { events }) => sum + events.length, 0);
  return { svg, facts: { notFinite, isSymlog: scale.kind === 'symlog' } };
}

/** The colour of the n-th run, as the key shows it. */
export const colourOf = (place: number): string => lineColour(place, 'light');

const ends = (values: readonly number[]): number[] => (values.length === 0 ? [] : [values[0]!, values.at(-1)!]);

function finiteOf({ step, value }: ReportLine): { steps: number[]; values: number[]; events: number[] } {
  const found: { steps: number[]; values: number[]; events: number[] } = { steps: [], values: [], events: [] };
  for (let i = 0; i < step.length; i++) {
    if (Number.isFinite(value[i])) {
      found.steps.push(step[i]!);
      found.values.push(value[i]!);
    } else if (value[i] !== undefined && !Number.isNaN(value[i])) found.events.push(step[i]!);
  }
  return found;
}
