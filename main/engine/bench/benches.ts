import type { PartName } from './parts';
import type { Memory, Side } from './side';
import { compare, type BenchLine } from './statistics';

/** How a bench starts its sides. */
export interface Laboratory {
  /** A process of ours; `settings` are the arguments of the part. */
  part(name: PartName, settings?: Record<string, number>): Promise<Side>;
  /** The same step in PyTorch, or null without it. */
  pytorch(settings: Record<string, number>): Promise<{ side: Side; name: string } | null>;
}

export interface Bench {
  name: string;
  measure(laboratory: Laboratory): Promise<BenchLine[]>;
}

/** Rounds that count. */
const ROUNDS = 4;

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

/** The VQ-VAE of Sonnet's CIFAR-10 example: one training step, against plain tfjs-node and PyTorch. */
const trainingStep = (batch: number): Bench => ({
  name: `training-step-${batch}`,
  async measure({ part, pytorch }) {
    const settings = { batch, steps: Math.max(2, Math.round(512 / batch)) };
    const torch = await pytorch(settings);
    const ours = await part('captured-step', settings);
    const eager = await part('eager-step', settings);
    // the best step: what else the machine does only ever adds to it, and to PyTorch's most of all
    const common = { unit: 'ms', better: 'less', at: 0 } as const;
    const againstEager = (values: { ours: number[]; eager: number[] }): BenchLine =>
      compare({
        ...common,
        bench: `training-step-${batch}-eager`,
        baseline: 'tfjs-node, eager',
        ours: values.ours,
        theirs: values.eager,
      });
    if (!torch) return [againstEager(await inTurns({ ours, eager }, ROUNDS))];
    const values = await inTurns({ ours, eager, torch: torch.side }, ROUNDS);
    const memory = (kind: keyof Memory): BenchLine => {
      const megabytes = (side: Side) => [side.memory[kind] / 1e6];
      const bench = `training-memory-${kind}-${batch}-pytorch`;
      return compare({
        bench,
        unit: 'MB',
        better: 'less',
        baseline: torch.name,
        ours: megabytes(ours),
        theirs: megabytes(torch.side),
      });
    };
    return [
      againstEager(values),
      compare({
        ...common,
        bench: `training-step-${batch}-pytorch`,
        baseline: torch.name,
        ours: values.ours,
        theirs: values.torch,
      }),
      memory('private'),
      memory('resident'),
    ];
  },
});

/** One figure of ours against the bar that it is to hold. */
const bar = (
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

/** One code edited → pixels, engine side, 95th percentile; while a run trains, if `training`. */
const decode = (side: number, most: number, training: boolean): Bench => {
  const name = `decode-${side}${training ? '-while-training' : ''}`;
  const quiet = bar(name, { part: 'decode', settings: { side }, unit: 'ms', most, at: 0.95 });
  if (!training) return quiet;
  return {
    name,
    async measure(laboratory) {
      const trainer = await laboratory.part('busy-trainer', { batch: 32 });
      const busy = trainer.round(); // trains until it is closed
      try {
        return await quiet.measure(laboratory);
      } finally {
        await Promise.all([trainer.close(), busy]);
      }
    },
  };
};

/** Small PNG files into a dataset, against decoding them one after another with sharp and keeping nothing. */
const importing: Bench = {
  name: 'import',
  async measure({ part }) {
    const ours = await part('import');
    const theirs = await part('sharp-loop');
    const values = await inTurns({ ours, theirs }, ROUNDS);
    return [compare({ bench: 'import', unit: 'images/s', baseline: 'a bare sharp loop', better: 'more', ...values })];
  },
};

export const benches: readonly Bench[] = [
  trainingStep(32),
  trainingStep(64),
  trainingStep(256),
  bar('data-wait', { part: 'data-wait', unit: '%', most: 2 }),
  bar('small-call', { part: 'small-call', unit: 'µs', most: 100 }),
  decode(32, 33, false),
  decode(128, 100, false),
  decode(32, 33, true),
  decode(128, 100, true),
  importing,
];
