import { describe, expect, it } from 'vitest';
import {
  type AutoencoderSpec,
  codesOfPicture,
  fromPreset,
  presets,
  runSpecSchema,
  setPath,
} from '../../../../shared/specs';
import { isTrunkSetUp } from '../../../../main/engine/perceptual';
import { planRun } from '../../../../main/engine/training';

const preset = (name: string) =>
  fromPreset(
    presets.find((one) => one.name === name)!,
    'd',
  );
/** With the perceptual term, whose trunk set-up fetches. */
const judged: [string, number, object, number][] = isTrunkSetUp()
  ? [
      ['flowers128', 64, { batch: 8 }, 978],
      ['vit-tiny', 32, { batch: 32 }, 694],
    ]
  : [];
const cifar = { kind: 'picture', height: 32, width: 32, channels: 3 } as const;

describe('a plan', () => {
  it('counts the parameters of the Sonnet reference exactly', () => {
    const conv = (kernel: number, inputs: number, outputs: number) => kernel * kernel * inputs * outputs + outputs;
    const stack = 2 * (conv(3, 128, 32) + conv(1, 32, 128));
    const encoder = conv(4, 3, 64) + conv(4, 64, 128) + conv(3, 128, 128) + stack;
    const decoder = conv(3, 64, 128) + stack + conv(4, 128, 64) + conv(4, 64, 3);
    expect(planRun(preset('cifar10'), cifar)).toMatchObject({
      parameters: encoder + conv(1, 128, 64) + 512 * 64 + decoder,
      latent: { kind: 'codes', levels: [{ axes: [8, 8], depth: 1, codes: 512, dimension: 64 }] },
      bitsPerItem: 576,
      compression: (32 * 32 * 3 * 8) / 576,
    });
  });

  it('refuses what the dataset’s pictures can never give, before there is a run', () => {
    const spec = runSpecSchema.parse({ dataset: 'd', model: { kind: 'pca', latent: 40 } });
    const signal = { kind: 'picture', height: 16, width: 16, channels: 1 } as const;
    expect(() => planRun(spec, signal, 40)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', hint: 'Ask for 39 at most.', field: 'model.latent' }),
    );
    expect(planRun(spec, signal, 41)).toMatchObject({ latent: { kind: 'vector', length: 40 } });
    expect(() => planRun(spec, { kind: 'picture', height: 128, width: 128, channels: 3 }, 5000)).toThrow(
      /PCA takes items of up to/,
    );
  });

  it.each(['tiny', 'vqgan-tiny', 'vit-tiny', 'dvae-tiny', 'vq-vae-2-tiny', 'photo64'])(
    'has the codes that the form says of preset %s before it is planned',
    (name) => {
      const spec = { ...preset(name), training: { ...preset(name).training, batch: 1 } };
      const signal = { kind: 'picture', height: 33, width: 50, channels: 3 } as const;
      // without the perceptual term, whose trunk set-up fetches
      const plain = 'perceptual' in spec.model ? (setPath(spec, 'model.perceptual.weight', 0) as typeof spec) : spec;
      expect(codesOfPicture(spec.model as AutoencoderSpec, signal)).toEqual(planRun(plain, signal).latent);
    },
  );

  it('rounds the grid up where sides are not divisible', () => {
    const spec = runSpecSchema.parse({ dataset: 'd', model: { kind: 'vq-vae', hidden: 8, downsamplings: 3 } });
    expect(planRun(spec, { kind: 'picture', height: 50, width: 33, channels: 1 }).latent).toMatchObject({
      levels: [{ axes: [7, 5] }],
    });
  });

  // Peaks that test/bench/memory measured, in MB
  it.each<[string, number, object, number]>([
    ['tiny', 32, { batch: 32 }, 472],
    ['cifar10', 32, { batch: 64 }, 552],
    ['cifar10', 32, { batch: 256 }, 717],
    ['cifar10', 64, { batch: 256 }, 1164],
    ['photo128', 128, { batch: 256 }, 2163],
    ['photo128', 128, { batch: 64, optimizer: { kind: 'sgd' as const, momentum: 0.9, nesterov: false } }, 1091],
    ['cifar10', 32, { batch: 64, accumulate: 2, averageDecay: 0.99 }, 640],
    ['vae', 64, { batch: 64 }, 729],
    ['vq-vae-2', 64, { batch: 32 }, 670],
    ['dvae-32', 32, { batch: 32 }, 1024],
    ...judged,
  ])(
    'estimates the memory of %s at %i px with %j as it was measured, within a fifth',
    (name, side, training, measured) => {
      const spec = preset(name);
      const signal = { kind: 'picture', height: side, width: side, channels: 3 } as const;
      const { memoryBytes } = planRun({ ...spec, training: { ...spec.training, ...training } }, signal);
      expect(memoryBytes / (measured * 1e6)).toBeGreaterThan(0.8);
      expect(memoryBytes / (measured * 1e6)).toBeLessThan(1.2);
    },
  );

  it('does not count once for every item what a large codebook needs once', () => {
    const spec = preset('cifar10');
    const large = runSpecSchema.parse({
      ...spec,
      model: { ...spec.model, quantizer: { kind: 'vector', codes: 16384 } },
    });
    const { memoryBytes } = planRun({ ...large, training: { ...large.training, batch: 64 } }, cifar);
    expect(memoryBytes / 843e6).toBeGreaterThan(0.8);
    expect(memoryBytes / 843e6).toBeLessThan(1.2);
  });
});
