import { z } from 'zod';
import { AppError } from '../errors';
import { issueField, issueText } from '../issues';
import { getPath, setPath } from './paths';
import { type RunSpec, runSpecSchema, settingSchema } from './run';

/** Runs of one sweep, at most. */
export const MOST_RUNS = 256;

export type SweepValue = z.infer<typeof settingSchema>;

/** One field that a sweep varies, named as in `--set`: `training.learningRate`, `model.quantizer.codes`. */
export const sweepAxisSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('values'), field: z.string().min(1), values: z.array(settingSchema).min(1).max(64) }),
  z.object({
    kind: z.literal('range'),
    field: z.string().min(1),
    from: z.number(),
    to: z.number(),
    /** `log`: equal factors between points; both ends must be above 0. */
    scale: z.enum(['linear', 'log']).default('linear'),
    /** Rounded to whole numbers. */
    whole: z.boolean().default(false),
    /** How many points a grid takes, the ends among them. */
    points: z.number().int().min(2).max(64).default(3),
  }),
]);
export type SweepAxis = z.infer<typeof sweepAxisSchema>;

/** Many runs out of one configuration: every combination of the axes' values, or `count` of them drawn at random. */
export const sweepSpecSchema = z.object({
  name: z.string().trim().min(1).max(60),
  base: runSpecSchema,
  axes: z.array(sweepAxisSchema).min(1).max(8),
  method: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('grid') }),
    z.object({
      kind: z.literal('random'),
      count: z.number().int().min(1).max(MOST_RUNS),
      seed: z.number().int().min(0).max(2147483647).default(1),
    }),
  ]),
});
export type SweepSpec = z.infer<typeof sweepSpecSchema>;

/** What a run of a sweep has for each axis, by field. */
export type SweepPoint = Readonly<Record<string, SweepValue>>;

/**
 * The configurations of a sweep, without repetitions, in order: the last axis varies fastest.
 * @throws BAD_REQUEST naming the axis whose path or value the schema refuses, or for too many runs
 */
export function expandSweep(sweep: SweepSpec): { point: SweepPoint; spec: RunSpec }[] {
  for (const axis of sweep.axes) requireSound(axis);
  const points = sweep.method.kind === 'grid' ? gridOf(sweep.axes) : draws(sweep.axes, sweep.method);
  const unique = [...new Map(points.map((point) => [JSON.stringify(point), point])).values()];
  return unique.map((point) => ({ point, spec: specAt(sweep.base, point) }));
}

function requireSound(axis: SweepAxis): void {
  if (axis.kind === 'values') return;
  if (axis.scale === 'log' && (axis.from <= 0 || axis.to <= 0))
    throw wrong(axis.field, `${axis.field}: a logarithmic range must begin and end above 0.`);
}

function gridOf(axes: readonly SweepAxis[]): SweepPoint[] {
  const count = axes.reduce(
    (product, axis) => product * (axis.kind === 'values' ? axis.values.length : axis.points),
    1,
  );
  if (count > MOST_RUNS) {
    throw wrong('axes', `This grid has ${count} runs; a sweep has ${MOST_RUNS} at most.`);
  }
  return axes.reduce<SweepPoint[]>(
    (points, axis) => points.flatMap((point) => valuesOf(axis).map((value) => ({ ...point, [axis.field]: value }))),
    [{}],
  );
}

function draws(axes: readonly SweepAxis[], { count, seed }: { count: number; seed: number }): SweepPoint[] {
  const random = generator(seed);
  return Array.from({ length: count }, () =>
    Object.fromEntries(axes.map((axis) => [axis.field, drawn(axis, random())])),
  );
}

function valuesOf(axis: SweepAxis): SweepValue[] {
  if (axis.kind === 'values') return axis.values;
  return Array.from({ length: axis.points }, (_, index) => within(axis, index / (axis.points - 1)));
}

/** @param share from 0 (inclusive) to 1 (exclusive) */
function drawn(axis: SweepAxis, share: number): SweepValue {
  return axis.kind === 'values' ? axis.values[Math.floor(share * axis.values.length)]! : within(axis, share);
}

function within({ from, to, scale, whole }: Extract<SweepAxis, { kind: 'range' }>, share: number): number {
  const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  return whole ? Math.round(value) : Number(value.toPrecision(6));
}

function specAt(base: RunSpec, point: SweepPoint): RunSpec {
  let tree: Record<string, unknown> = base;
  for (const [path, value] of Object.entries(point)) tree = setPath(tree, path, value);
  const parsed = runSpecSchema.safeParse(tree);
  if (!parsed.success) {
    throw wrong(issueField(parsed.error), `${textOf(point)} is refused: ${issueText(parsed.error)}`);
  }
  for (const path of Object.keys(point))
    if (getPath(parsed.data, path) === undefined) throw wrong(path, `There is no field ${path} to vary.`);
  return parsed.data;
}

const textOf = (point: SweepPoint): string =>
  Object.entries(point)
    .map(([path, value]) => `${path} = ${JSON.stringify(value)}`)
    .join(', ');

/** Mulberry32: draws from [0, 1), the same for the same seed wherever it runs. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function wrong(field: string, message: string): AppError {
  return new AppError('BAD_REQUEST', message, '', { field });
}
