import { describe, expect, it } from 'vitest';
import { modelWords, fromPreset, getPath, presets, runSpecSchema, setPath, type RunSpec } from '@shared/specs';
import { kindsBeside, ofKind, presetOf, presetsOf, refitted } from '@/features/train/kinds';
import { fieldGroups, groupOf } from '@/features/train/spec-form';

const tiny = fromPreset(presetsOf('vq-vae')[0]!, 'shoes');
const priorsBeside = (kind: 'gpt' | 'mixture') =>
  kindsBeside(fromPreset(presetsOf(kind)[0]!, 'shoes', { run: 'a-run', step: null }));
const kinds = kindsBeside(tiny);
const allKinds = [...kinds, ...priorsBeside('gpt'), ...priorsBeside('mixture')];
const others = kinds.filter((kind) => kind !== 'vq-vae');

describe('the kinds of model', () => {
  it('are all that the schema has, each with a name and a line of explanation in both languages', () => {
    expect(kinds).toContain('vq-vae');
    for (const { model } of presets) expect(allKinds).toContain(model);
    for (const kind of allKinds) {
      const { name, help } = modelWords(kind)!;
      for (const words of [name, help]) expect([words.en, words['zh-CN']].every(Boolean), kind).toBe(true);
      expect(help['zh-CN'], kind).not.toBe(help.en);
    }
  });

  it.each(others)('turns a configuration into one of a %s that can be trained', (kind) => {
    const spec = ofKind(tiny, kind);
    expect(spec.model.kind).toBe(kind);
    expect(spec.dataset).toBe('shoes');
    expect(runSpecSchema.safeParse(spec).success).toBe(true);
    expect(fieldGroups(spec).length).toBeGreaterThan(1);
  });

  it.each(others)('keeps for a %s what somebody had changed of the training', (kind) => {
    const changed = setPath(setPath(tiny, 'training.batch', 48), 'augmentation.flip', true) as RunSpec;
    expect(ofKind(changed, kind)).toMatchObject({ training: { batch: 48 }, augmentation: { flip: true } });
  });

  it('takes the preset of the same name, where the kind has one', () => {
    for (const kind of others) {
      const same = presetsOf(kind).find(({ name }) => name === tiny.preset);
      if (same) expect(presetOf(ofKind(tiny, kind))).toBe(same);
    }
  });
});

describe('a part of another kind', () => {
  const quantizer = (kind: string): RunSpec => refitted(setPath(tiny, 'model.quantizer.kind', kind)) as RunSpec;

  it('keeps what both kinds have, takes the defaults of the new one, and drops what it lacks', () => {
    const cosine = quantizer('cosine');
    expect(cosine.model).toMatchObject({ quantizer: { kind: 'cosine', codes: 64 } });
    expect(runSpecSchema.safeParse(cosine).success).toBe(true);
    const fields = fieldGroups(cosine).find(({ id }) => id === 'quantizer')!.fields;
    for (const { path } of fields) {
      if (path.split('.').length === 3) expect(getPath(cosine, path), path).toBeDefined();
    }
  });

  it('takes its own default where it refuses the value of the one before', () => {
    const spec = setPath(setPath(tiny, 'training.optimizer', { kind: 'sgd', momentum: 7 }), 'training.batch', 16);
    expect(refitted(spec)).toMatchObject({ training: { optimizer: { kind: 'sgd' }, batch: 16 } });
    expect(runSpecSchema.safeParse(refitted(spec)).success).toBe(true);
  });

  it('belongs to a group of the form, also a contradiction that no field shows', () => {
    expect(groupOf('model.quantizer')).toBe('quantizer');
    expect(groupOf('model')).toBe('network');
    expect(groupOf('training.clipNorm')).toBe('optimization');
  });
});
