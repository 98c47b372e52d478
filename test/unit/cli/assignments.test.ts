import { describe, expect, it } from 'vitest';
import { fromPreset, presets, runSpecSchema } from '@shared/specs';
import { assign, parseAssignment } from '../../../main/cli/specification';

const spec = fromPreset(
  presets.find(({ name }) => name === 'cifar10')!,
  'flowers',
);
const set = (...texts: string[]) => assign(runSpecSchema, spec, texts.map(parseAssignment), ['dataset', 'preset']);

describe('--set a.b=value', () => {
  it('sets a field of any depth and leaves the original alone', () => {
    const changed = set(
      'model.quantizer.codes=256',
      'training.flip=true',
      'training.schedule=cosine',
      'training.learningRate=1e-3',
    );
    expect(changed.model.quantizer.codes).toBe(256);
    expect(changed.training).toMatchObject({
      flip: true,
      schedule: 'cosine',
      learningRate: 1e-3,
      batch: spec.training.batch,
    });
    expect(spec.model.quantizer.codes).toBe(512);
  });

  it('lets the later of two win', () => expect(set('training.seed=1', 'training.seed=7').training.seed).toBe(7));

  it('takes a path without its beginning where only one field ends that way', () => {
    expect(set('codes=64', 'quantizer.dimension=8').model.quantizer).toMatchObject({ codes: 64, dimension: 8 });
  });

  it.each([
    ['model.quantiser.codes=8', 'Did you mean model.quantizer.codes?'],
    ['training.lerningRate=1', 'Did you mean training.learningRate?'],
    ['batchsize=4', 'Did you mean training.batch?'],
  ])('an unknown path (%s) is refused and names the nearest', (text, hint) => {
    expect(() => set(text)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST', hint }));
  });

  it.each([
    ['model.quantizer.codes=1', 'a whole number from 2 to 65536'],
    ['model.quantizer.codes=many', 'a whole number from 2 to 65536'],
    ['model.quantizer.codes=2.5', 'a whole number from 2 to 65536'],
    ['model.quantizer.codes=', 'a whole number from 2 to 65536'],
    ['training.flip=yes', 'true or false'],
    ['training.schedule=step', 'constant or cosine or linear'],
    ['model.quantizer.commitment=Infinity', 'a number from 0 to 100'],
  ])('a wrong value (%s) is refused and says what was expected', (text, expected) => {
    expect(() => set(text)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', message: expect.stringContaining(expected) }),
    );
  });

  it.each(['dataset=other', 'preset=tiny', 'model=3', '__proto__.polluted=1', 'model.__proto__=1'])(
    '%s is no field to set',
    (text) => {
      expect(() => set(text)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  it.each(['codes', '=5', ''])('%j is no assignment', (text) =>
    expect(() => parseAssignment(text)).toThrow(/expected a.b=value/),
  );
});
