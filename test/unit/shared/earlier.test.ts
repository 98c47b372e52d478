import { describe, expect, it } from 'vitest';
import { configIn, itemLineSchema, presentSpec, runManifestSchema, runSpecSchema } from '@shared/specs';

const earlier = { dataset: 'pets', model: { kind: 'vq-vae' }, training: { steps: 5, flip: true } };

describe('a specification of before there were media', () => {
  it('has its flips among the augmentations', () => {
    const { training, augmentation } = runSpecSchema.parse(earlier);
    expect(augmentation).toEqual({ flip: true });
    expect(training).toMatchObject({ steps: 5 });
    expect(training).not.toHaveProperty('flip');
  });

  it('is read from a file without a word about the field that moved, and with one about a field that never was', () => {
    expect(configIn(JSON.stringify(earlier), 'run.json').spec.augmentation).toEqual({ flip: true });
    const wrong = { ...earlier, training: { ...earlier.training, flop: true } };
    expect(() => configIn(JSON.stringify(wrong), 'run.json')).toThrow(/there is no field training\.flop/);
  });

  it('leaves what was said under both names as it is said now', () => {
    expect(presentSpec({ ...earlier, augmentation: { flip: false } })).toEqual({
      ...earlier,
      training: { steps: 5 },
      augmentation: { flip: false },
    });
    expect(presentSpec('nothing')).toBe('nothing');
  });

  it('is known in a run by what its sweep varied', () => {
    const run = runManifestSchema.parse({
      ...{ version: 1, id: 'a', name: 'A', datasetName: 'Pets', trainVariance: 0.1, createdAt: '', updatedAt: '' },
      ...{ status: 'finished', image: { height: 16, width: 16, channels: 1 }, spec: earlier },
      sweep: { name: 'tries', point: { 'training.flip': true, 'training.steps': 5 } },
    });
    expect(run.sweep?.point).toEqual({ 'augmentation.flip': true, 'training.steps': 5 });
  });
});

describe('the line of an item', () => {
  it('has the facts that stand beside its other fields, and passes over what is none', () => {
    const line = { name: 'a.png', label: null, split: 'train', width: 4, height: 3, note: 'by hand' };
    expect(itemLineSchema.parse(line)).toMatchObject({ name: 'a.png', facts: { width: 4, height: 3 }, captions: [] });
    expect(itemLineSchema.parse(line).facts).not.toHaveProperty('note');
  });
});
