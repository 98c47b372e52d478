import type { PartName } from '../parts';
import type { PyTorchScript } from '../pytorch';
import type { Side } from '../side';
import { compare, type BenchLine } from '../statistics';

/** How a bench starts its sides. */
export interface Laboratory {
  /** Starts one of Tessera's own parts; `settings` are the part's arguments. */
  part(name: PartName, settings?: Record<string, number>): Promise<Side>;
  /** Starts the same work in PyTorch; null where PyTorch is missing. */
  pytorch(
    script: PyTorchScript,
    settings: Record<string, number | string>,
  ): Promise<{ side: Side; name: string } | null>;
}

export interface Bench {
  name: string;
  measure(laboratory: Laboratory): Promise<BenchLine[]>;
}

/** Number of rounds that count. */
export const ROUNDS = 4;

/**
 * Lets the sides measure in turns and returns each side's values. Each side's first round is a warm-up and is dropped.
 */
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

/** One figure of Tessera's against the bar that it must clear. */
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
