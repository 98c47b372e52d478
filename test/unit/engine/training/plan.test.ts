import { describe, expect, it } from 'vitest';
import { fromPreset, presets, runSpecSchema } from '../../../../shared/specs';
import { planRun } from '../../../../main/engine/training';

const preset = (name: string) =>
  fromPreset(
    presets.find((one) => one.name === name)!,
    'd',
  );
const cifar = { height: 32, width: 32, channels: 3 } as const;

describe('a plan', () => {
  it('counts the parameters of the Sonnet reference exactly', () => {
    const conv = (kernel: number, inputs: number, outputs: number) => kernel * kernel * inputs * outputs + outputs;
    const stack = 2 * (conv(3, 128, 32) + conv(1, 32, 128));
    const encoder = conv(4, 3, 64) + conv(4, 64, 128) + conv(3, 128, 128) + stack;
    const decoder = conv(3, 64, 128) + stack + conv(4, 128, 64) + conv(4, 64, 3);
    expect(planRun(preset('cifar10'), cifar)).toMatchObject({
      parameters: encoder + conv(1, 128, 64) + 512 * 64 + decoder,
      grid: { height: 8, width: 8 },
      codes: 512,
      bitsPerItem: 576,
      compression: (32 * 32 * 3 * 8) / 576,
    });
  });

  it('rounds the grid up where sides are not divisible', () => {
    const spec = runSpecSchema.parse({ dataset: 'd', model: { kind: 'vq-vae', hidden: 8, downsamplings: 3 } });
    expect(planRun(spec, { height: 50, width: 33, channels: 1 }).grid).toEqual({ height: 7, width: 5 });
  });

  it('estimates more memory for more items a batch, and about what was measured', () => {
    const small = preset('cifar10');
    const large = { ...small, training: { ...small.training, batch: 256 } };
    const [one, other] = [planRun(small, cifar).memoryBytes, planRun(large, cifar).memoryBytes];
    expect(one).toBeGreaterThan(628e6 * 0.8);
    expect(one).toBeLessThan(628e6 * 1.2);
    expect(other).toBeGreaterThan(1122e6 * 0.8);
    expect(other).toBeLessThan(1122e6 * 1.2);
  });
});
