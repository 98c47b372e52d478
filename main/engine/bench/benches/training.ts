import type { Memory, Side } from '../side';
import { compare, type BenchLine } from '../statistics';
import { ROUNDS, inTurns, type Bench } from './bench';

/** The fastest step counts: other work on the machine only ever adds time, and adds most to PyTorch's. */
const best = { unit: 'ms', better: 'less', at: 0 } as const;

/** The VQ-VAE of Sonnet's CIFAR-10 example: one training step, against plain tfjs-node and PyTorch; and its memory. */
export const trainingStep = (batch: number): Bench => ({
  name: `training-step-${batch}`,
  async measure({ part, pytorch }) {
    const settings = { batch, steps: Math.max(2, Math.round(512 / batch)) };
    const torch = await pytorch('step', settings);
    const ours = await part('captured-step', settings);
    const eager = await part('eager-step', settings);
    const againstEager = (values: { ours: number[]; eager: number[] }): BenchLine =>
      compare({
        ...best,
        bench: `training-step-${batch}-eager`,
        baseline: 'tfjs-node, eager',
        ours: values.ours,
        theirs: values.eager,
      });
    if (!torch) return [againstEager(await inTurns({ ours, eager }, ROUNDS))];
    const values = await inTurns({ ours, eager, torch: torch.side }, ROUNDS);
    return [
      againstEager(values),
      compare({
        ...best,
        bench: `training-step-${batch}-pytorch`,
        baseline: torch.name,
        ours: values.ours,
        theirs: values.torch,
      }),
      ...memoryLines(`-${batch}-pytorch`, ours, torch),
    ];
  },
});

/** A training step of the GPT over codes (4 layers, 256 wide, 8 heads, 64 codes, batch 32) against PyTorch. */
export const gptStep: Bench = {
  name: 'gpt-step',
  async measure({ part, pytorch }) {
    const settings = { batch: 32, length: 64, steps: 5 };
    const torch = await pytorch('gpt', { ...settings, mode: 'train' });
    const ours = await part('gpt-step', settings);
    if (!torch) return alone('gpt-step', (await inTurns({ ours }, ROUNDS)).ours);
    const values = await inTurns({ ours, torch: torch.side }, ROUNDS);
    return [
      compare({ ...best, bench: 'gpt-step-pytorch', baseline: torch.name, ours: values.ours, theirs: values.torch }),
      ...memoryLines('-gpt-pytorch', ours, torch),
    ];
  },
};

/** A figure without a baseline: its ratio is to itself. */
export const alone = (bench: string, ours: readonly number[]): BenchLine[] => [
  compare({ ...best, bench, baseline: 'nothing to compare with', ours, theirs: ours }),
];

/** Memory of the trainer's process against PyTorch's, on the same steps. */
function memoryLines(suffix: string, ours: Side, torch: { side: Side; name: string }): BenchLine[] {
  const line = (kind: keyof Memory): BenchLine =>
    compare({
      bench: `training-memory-${kind}${suffix}`,
      unit: 'MB',
      better: 'less',
      baseline: torch.name,
      ours: [ours.memory[kind] / 1e6],
      theirs: [torch.side.memory[kind] / 1e6],
    });
  return [line('private'), line('resident')];
}
