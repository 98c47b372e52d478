import type { PartName } from '../parts';
import type { PyTorchScript } from '../pytorch';
import type { Side } from '../side';
import { compare, type BenchLine } from '../statistics';

/** How a bench starts its sides. */
export interface Laboratory {
  /** A process of ours; `settings` are the arguments of the part. */
  part(name: PartName, settings?: Record<string, number>): Promise<Side>;
  /** The same work in PyTorch, or null without it. */
  pytorch(
    script: PyTorchScript,
    settings: Record<string, number | string>,
  ): Promise<{ side: Side; name: string } | null>;
}

export interface Bench {
  name: string;
  measure(laboratory: Laboratory): Promise<BenchLine[]>;
}

/** Rounds that count. */
export const ROUNDS = 4;

/** Lets the sides measure in turns; answers the values of each. The first round of each is for warming up. */
export async function inTurns<K extends string>(sides: Record<K, Side>, rounds: number): Promise<Record<K, number[]>> {
  const values = Object.fromEntries(Object.keys(sides).map((name) => [name, []])) as unknown as Record<K, number[]>;
  const entries = Object.entries<Side>(sides) as [K, Side][];
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [name, side] of entries) {
        const measured = await side.round();
        if (round > 0) values[name].push(...measured);
      }
    }
  } finally {
    await Promise.all(entries.map(([, side]) => side.close()));
  }
  return values;
}

/** One figure of ours against the bar that it is to hold. */
export const bar = (
  name: string,
  {
    part,
    settings,
    unit,
    most,
    at,
  }: { part: PartName; settings?: Record<string, number>; unit: string; most: number; at?: number },
): Bench => ({
  name,
  async measure(laboratory) {
    const { ours } = await inTurns({ ours: await laboratory.part(part, settings) }, ROUNDS);
    return [
      compare({
        bench: name,
        unit,
        baseline: 'at most',
        better: 'less',
        ours,
        theirs: [most],
        ...(at === undefined ? {} : { at }),
      }),
    ];
  },
});
