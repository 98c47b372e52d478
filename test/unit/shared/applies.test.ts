import { describe, expect, it } from 'vitest';
import { describeFields, fromPreset, presets, runSpecSchema, setPath, settingsOf, type RunSpec } from '@shared/specs';

const first = (kind: string): RunSpec =>
  fromPreset(
    presets.find(({ model }) => model === kind)!,
    'd',
    prior(kind),
  );
const prior = (kind: string) =>
  ['gpt', 'maskgit', 'lstm', 'pixelcnn', 'gated-pixelcnn', 'pixelsnail', 'gaussian', 'mixture', 'made'].includes(kind)
    ? { run: 'codes', step: 1 }
    : null;
const idle = (spec: RunSpec): string[] =>
  describeFields(runSpecSchema, spec).flatMap(({ path, isIdle }) => (isIdle ? [path] : []));
const changed = (spec: RunSpec, changes: Record<string, unknown>): RunSpec =>
  runSpecSchema.parse(
    Object.entries(changes).reduce<Record<string, unknown>>((tree, [path, value]) => setPath(tree, path, value), spec),
  );

const kinds = [...new Set(presets.map(({ model }) => model))];

describe('a field without a say', () => {
  it('is not among the settings of any kind of model', () => {
    for (const kind of kinds) {
      const spec = first(kind);
      const settings = [...settingsOf(spec).keys()];
      for (const path of idle(spec)) expect(settings, `${kind}: ${path}`).not.toContain(path);
    }
  });

  it('is what steps are taken with, for a model that is found at once', () => {
    expect(idle(first('pca'))).toEqual(
      expect.arrayContaining([
        'training.learningRate',
        'training.batch',
        'training.optimizer.kind',
        'training.optimizer.beta1',
        'training.clipNorm',
        'training.accumulate',
        'training.averageDecay',
        'augmentation.flip',
      ]),
    );
    for (const kind of kinds.filter((one) => !['pca', 'gaussian', 'mixture'].includes(one)))
      expect(idle(first(kind)), kind).not.toContain('training.learningRate');
  });

  it('is the flip of pictures, for a prior, and for a prior alone', () => {
    for (const kind of kinds)
      expect(idle(first(kind)).includes('augmentation.flip'), kind).toBe(prior(kind) !== null || kind === 'pca');
  });

  it('follows how a codebook is updated', () => {
    const at = (update: string): string[] =>
      idle(changed(first('vq-vae'), { 'model.quantizer': { kind: 'vector', update } })).map((path) =>
        path.replace('model.quantizer.', ''),
      );
    expect(at('ema')).toEqual(['codebookWeight', 'codebookRate', 'orthogonality']);
    expect(at('gradient')).toEqual(['decay', 'epsilon']);
    expect(at('frozen')).toEqual([
      'decay',
      'epsilon',
      'codebookWeight',
      'codebookRate',
      'orthogonality',
      'reviveAfter',
    ]);
  });

  it('holds within stages and groups too', () => {
    const quantizer = { kind: 'residual', quantizer: { kind: 'vector', update: 'gradient' } };
    expect(idle(changed(first('vq-vae'), { 'model.quantizer': quantizer }))).toContain(
      'model.quantizer.quantizer.decay',
    );
  });

  it('is all of a discriminator, and of a perceptual network, that weigh nothing', () => {
    const spec = changed(first('vqgan'), { 'model.adversarial.weight': 0, 'model.perceptual.weight': 0 });
    expect(idle(spec)).toEqual(
      expect.arrayContaining([
        'model.adversarial.start',
        'model.adversarial.penaltyEvery',
        'model.perceptual.trunk.kind',
      ]),
    );
    expect(idle(spec)).not.toContain('model.adversarial.weight');
    const later = changed(spec, {
      'model.adversarial.weight': { kind: 'linear', from: 0, to: 1, over: 10, warmup: 0 },
    });
    expect(idle(later)).not.toContain('model.adversarial.start');
  });

  it('is the temperature of an estimator that has none, and the dropped class of a prior that is told none', () => {
    expect(idle(changed(first('discrete-vae'), { 'model.estimator': 'rloo' }))).toContain('model.temperature');
    expect(idle(changed(first('discrete-vae'), { 'model.estimator': 'gumbel' }))).not.toContain('model.temperature');
    expect(idle(changed(first('gpt'), { 'model.condition': 'none' }))).toContain('model.dropCondition');
    expect(idle(changed(first('gpt'), { 'model.condition': 'class' }))).not.toContain('model.dropCondition');
  });
});

it('the seed stands first among the settings of a run', () => {
  expect([...settingsOf(first('vq-vae')).keys()][0]).toBe('training.seed');
});
