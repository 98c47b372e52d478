import type { PartName } from '../parts';
import { compare, type BenchLine } from '../statistics';
import { ROUNDS, inTurns, type Bench } from './bench';

interface Curve {
  /** `curve-<name>`; a line is `curve-<name>-<point>`. */
  name: string;
  part: PartName;
  /** The part's settings for a point. */
  settings(point: number): Record<string, number>;
  points: readonly number[];
  unit: string;
  /** A point's work as a multiple of the first point's, at most. */
  work(point: number, first: number): number;
  /** Number of rounds that count; the usual number if left out. */
  rounds?: number;
}

/**
 * Measures how a cost grows with the work. Each point is compared with the first point's cost scaled up by the growth
 * of the work: a ratio below 1 means that the cost grows faster than the work.
 */
const curve = ({ name, part, settings, points, unit, work, rounds = ROUNDS }: Curve): Bench => ({
  name: `curve-${name}`,
  async measure(laboratory) {
    const lines: BenchLine[] = [];
    let first: number[] | undefined;
    for (const point of points) {
      const { ours } = await inTurns({ ours: await laboratory.part(part, settings(point)) }, rounds);
      first ??= ours;
      const grown = work(point, points[0] ?? point);
      lines.push(
        compare({
          bench: `curve-${name}-${point}`,
          unit,
          better: 'less',
          at: 0,
          baseline: `${name} ${points[0]} × ${Number(grown.toPrecision(4))}`,
          ours,
          theirs: first.map((value) => value * grown),
        }),
      );
    }
    return lines;
  },
});

const linear = (point: number, first: number): number => point / first;
const quadratic = (point: number, first: number): number => (point / first) ** 2;
const step = { part: 'captured-step', unit: 'ms' } as const;

/** The reference training step against what makes it larger, and the import against the number of pictures. */
export const curves: readonly Bench[] = [
  curve({
    ...step,
    name: 'batch',
    points: [16, 32, 64, 128, 256],
    settings: (batch) => ({ batch, steps: 4 }),
    work: linear,
  }),
  curve({
    ...step,
    name: 'resolution',
    points: [32, 64, 128],
    settings: (side) => ({ side, batch: 16, steps: 3 }),
    work: quadratic,
  }),
  curve({
    ...step,
    name: 'codes',
    points: [512, 4096, 16_384, 65_536],
    settings: (codes) => ({ codes, batch: 32, steps: 3 }),
    work: linear,
  }),
  curve({
    ...step,
    name: 'width',
    points: [64, 128, 256],
    settings: (hidden) => ({ hidden, batch: 32, steps: 3 }),
    work: quadratic,
  }),
  curve({
    part: 'import-time',
    unit: 's',
    name: 'import',
    points: [1000, 10_000, 100_000],
    settings: (pictures) => ({ pictures }),
    work: linear,
    rounds: 1,
  }),
];
