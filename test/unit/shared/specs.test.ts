import { describe, expect, it } from 'vitest';
import {
  type AutoencoderSpec,
  codesOfPicture,
  describeFields,
  fromPreset,
  isPrior,
  type ModelSpec,
  importOptionsSchema,
  presets,
  augmentationSchema,
  runSpecFields,
  runSpecSchema,
  suggestPreset,
  trainingSchema,
  vectorQuantizerSchema,
  vqVaeSchema,
} from '@shared/specs';

describe('a run specification', () => {
  it.each(presets.map((preset) => [preset.name, preset] as const))(
    'of preset %s is accepted as it stands',
    (_name, preset) => {
      const codes = isPrior(preset.spec.model as ModelSpec) ? { run: 'some-run', step: null } : null;
      const spec = fromPreset(preset, 'some-dataset', codes);
      expect(runSpecSchema.parse(spec)).toEqual(spec);
      expect(spec.preset).toBe(preset.name);
    },
  );

  it('fills in the reference values of the Sonnet example', () => {
    const spec = runSpecSchema.parse({ dataset: 'd', model: { kind: 'vq-vae' } });
    expect(spec.model).toMatchObject({ hidden: 128, residualLayers: 2, residualHidden: 32, downsamplings: 2 });
    expect(vqVaeSchema.parse(spec.model).quantizer).toMatchObject({
      codes: 512,
      dimension: 64,
      commitment: 0.25,
      decay: 0.99,
      epsilon: 1e-5,
    });
    expect(spec.training).toMatchObject({ batch: 32, learningRate: 3e-4, steps: 10_000 });
  });

  it('names the field that is wrong', () => {
    const parsed = runSpecSchema.safeParse({
      dataset: 'd',
      model: { kind: 'vq-vae', quantizer: { kind: 'vector', codes: 1 } },
    });
    expect(parsed.error?.issues[0]?.path).toEqual(['model', 'quantizer', 'codes']);
  });

  it('offers the one precision that there is', () => {
    const parsed = trainingSchema.safeParse({ precision: 'mixed' });
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['precision'] });
    expect(trainingSchema.parse({}).precision).toBe('float32');
  });
});

describe('field descriptions', () => {
  it.each([
    ['training', trainingSchema],
    ['vector quantizer', vectorQuantizerSchema],
    ['import options', importOptionsSchema],
    ['model', runSpecFields.shape.model],
  ])('of the %s each carry label and help in both languages', (_name, schema) => {
    const fields = describeFields(schema);
    expect(fields.length).toBeGreaterThan(4);
    for (const field of fields) {
      expect(field.help, field.path).toBeDefined();
      for (const text of [field.help!.label, field.help!.help]) {
        expect(text.en.length, field.path).toBeGreaterThan(0);
        expect(text['zh-CN'].length, field.path).toBeGreaterThan(0);
      }
    }
  });

  it('give kind, default and limits of the schema', () => {
    const fields = describeFields(trainingSchema);
    expect(fields.find(({ path }) => path === 'batch')).toMatchObject({
      kind: 'integer',
      default: 32,
      minimum: 1,
      maximum: 4096,
    });
    expect(fields.find(({ path }) => path === 'optimizer.kind')).toMatchObject({
      kind: 'choice',
      choices: ['adam', 'adamw', 'sgd'],
    });
    expect(describeFields(augmentationSchema)).toMatchObject([{ path: 'flip', kind: 'boolean', default: false }]);
  });

  it('walk into nested parts by dotted path', () => {
    expect(describeFields(runSpecFields.shape.model).map(({ path }) => path)).toContain('quantizer.codes');
  });
});

describe('the suggested preset', () => {
  const sizes = [16, 28, 32, 33, 48, 64, 65, 96, 128, 129, 192, 256];
  const named: Record<number, string> = {
    16: 'tiny',
    28: 'tiny',
    32: 'tiny',
    33: 'photo64',
    48: 'photo64',
    64: 'photo64',
    65: 'photo128',
    96: 'photo128',
    128: 'photo128',
    129: 'photo256',
    192: 'photo256',
    256: 'photo256',
  };

  it.each(sizes)('for pictures of %i px is one made for that size', (side) => {
    expect(
      suggestPreset({ signal: { kind: 'picture', height: side, width: side, channels: 3 }, splits: { train: 5000 } })
        .name,
    ).toBe(named[side]);
    expect(suggestPreset({ signal: { kind: 'picture', height: 16, width: side, channels: 3 } }).name).toBe(named[side]);
  });

  it.each(sizes.flatMap((side) => ([1, 3] as const).map((channels) => [side, channels] as const)))(
    'of %i px and %i channels has words without another size, and a grid of at most 16 × 16 codes',
    (side, channels) => {
      const signal = { kind: 'picture', height: side, width: side, channels } as const;
      const preset = suggestPreset({ signal });
      expect(`${preset.label.en} ${preset.label['zh-CN']}`).not.toMatch(/CIFAR|\d/);
      const { model } = fromPreset(preset, 'd');
      const level = codesOfPicture(model as AutoencoderSpec, signal)!.levels[0]!;
      expect(level.axes[0]).toBeLessThanOrEqual(16);
      expect(level.axes[0]! * level.axes[1]!).toBeGreaterThanOrEqual(16);
    },
  );

  it('for few small pictures is the smallest', () =>
    expect(
      suggestPreset({ signal: { kind: 'picture', height: 64, width: 64, channels: 3 }, splits: { train: 120 } }).name,
    ).toBe('tiny'));
});

describe('the words of presets', () => {
  it('tell no grid of codes: that depends on the pictures, and is computed from them', () => {
    const words = presets
      .filter(({ name }) => name !== 'maskgit-imagenet')
      .map(({ label, help }) => [label.en, label['zh-CN'], help.en, help['zh-CN']].join('\n'));
    expect(words.filter((text) => /\d+ × \d+ (codes|个码|码)/.test(text))).toEqual([]);
  });
});
