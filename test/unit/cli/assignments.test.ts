import { describe, expect, it } from 'vitest';
import { fromPreset, presets, runSpecSchema } from '@shared/specs';
import { assign, parseAssignment } from '../../../main/cli/specification';

const spec = fromPreset(
  presets.find(({ name }) => name === 'cifar10')!,
  'flowers',
);
const set = (...texts: string[]) =>
  assign(
    runSpecSchema,
    spec,
    texts.map((text) => parseAssignment(text)),
    ['dataset', 'preset'],
  );

describe('--set a.b=value', () => {
  it('sets a field of any depth and leaves the original alone', () => {
    const changed = set(
      'model.quantizer.codes=256',
      'augmentation.flip=true',
      'training.optimizer.kind=sgd',
      'training.learningRate=1e-3',
    );
    expect(changed.model).toMatchObject({ quantizer: { codes: 256 } });
    expect(changed.training).toMatchObject({
      optimizer: { kind: 'sgd' },
      learningRate: 1e-3,
      batch: spec.training.batch,
    });
    expect(changed.augmentation).toEqual({ flip: true });
    expect(spec.model).toMatchObject({ quantizer: { codes: 512 } });
  });

  it('knows a field by the path that it had in earlier versions', () => {
    expect(set('training.flip=true').augmentation).toEqual({ flip: true });
  });

  it('lets the later of two win', () => expect(set('training.seed=1', 'training.seed=7').training.seed).toBe(7));

  it('makes a schedule of a number, which it begins with, and a number of a schedule', () => {
    const falling = set(
      'training.learningRate.kind=cosine',
      'training.learningRate.to=1e-5',
      'learningRate.warmup=100',
    );
    expect(falling.training.learningRate).toMatchObject({ kind: 'cosine', from: 3e-4, to: 1e-5, warmup: 100 });
    expect(runSpecSchema.parse(falling).training.learningRate).toMatchObject({ kind: 'cosine', over: null });
    const annealed = set('quantizer.commitment.kind=linear', 'quantizer.commitment.from=0', 'commitment.to=0.25');
    expect(annealed.model).toMatchObject({ quantizer: { commitment: { kind: 'linear', from: 0, to: 0.25 } } });
    expect(assign(runSpecSchema, falling, [parseAssignment('learningRate=1e-3')]).training.learningRate).toBe(1e-3);
  });

  it('takes a path without its beginning where only one field ends that way', () => {
    expect(set('codes=64', 'quantizer.dimension=8').model).toMatchObject({ quantizer: { codes: 64, dimension: 8 } });
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
    ['training.optimizer.kind=lion', 'adam or adamw or sgd'],
    ['training.learningRate.kind=sawtooth', 'constant or linear or cosine or step or exponential'],
    ['training.learningRate.warmup=-1', 'a whole number from 0'],
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
