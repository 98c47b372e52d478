import { describe, expect, it } from 'vitest';
import { applyRemedy, judgeUsage, type UsageLevel } from '@shared/diagnosis';
import { fromPreset, presets, runSpecSchema, type RunSpec } from '@shared/specs';

/** `dead` of K codes used nowhere, the others alike, ten places for each. */
const counts = (codes: number, dead: number): number[] =>
  Array.from({ length: codes }, (_, code) => (code < dead ? 0 : Math.round((10 * codes) / (codes - dead))));
const withQuantizer = (quantizer: object): RunSpec =>
  runSpecSchema.parse({ dataset: 'd', model: { kind: 'vq-vae', quantizer } });
const vector = withQuantizer({ kind: 'vector', codes: 256 });

describe('the use of a codebook', () => {
  it.each<[number, number, UsageLevel]>([
    [256, 0, 'full'],
    [256, 12, 'full'],
    [256, 40, 'good'],
    [256, 64, 'good'],
    [256, 94, 'low'],
    [256, 200, 'low'],
    [256, 240, 'collapsed'],
    [8, 4, 'low'],
  ])('of %i codes, %i of them dead, is judged: %s', (codes, dead, level) => {
    expect(judgeUsage(counts(codes, dead), vector, 0)).toMatchObject({ level, dead, codes });
  });

  it('is collapsed where all codes are used but one does nearly all the work', () => {
    expect(judgeUsage([100_000, ...new Array<number>(255).fill(1)], vector, 0)).toMatchObject({
      level: 'collapsed',
      dead: 0,
      rare: 255,
    });
  });

  it('is not judged by too few places, nor by none', () => {
    expect(judgeUsage(new Array<number>(256).fill(1), vector, 0).level).toBe('uncounted');
    expect(judgeUsage([], vector, 0).level).toBe('uncounted');
    expect(judgeUsage([0, 0], vector, 0)).toMatchObject({ level: 'uncounted', dead: 2 });
  });

  it('has no remedies where nothing is wrong, nor without a specification', () => {
    expect(judgeUsage(counts(256, 3), vector, 0).remedies).toEqual([]);
    expect(judgeUsage(counts(256, 94), null, 0).remedies).toEqual([]);
  });

  it('offers what the quantizer can have, and nothing that it has already', () => {
    const kinds = (spec: RunSpec, level = 0): string[] =>
      judgeUsage(counts(256, 94), spec, level).remedies.map(({ kind }) => kind);
    expect(kinds(vector)).toEqual([
      'revive-codes',
      'k-means',
      'rotation-trick',
      'sim-vq',
      'faster-ema',
      'half-codes',
      'more-steps',
    ]);
    const revived = withQuantizer({ kind: 'vector', codes: 256, reviveAfter: 100, initialisation: 'k-means' });
    expect(kinds(revived)).not.toContain('revive-codes');
    expect(kinds(withQuantizer({ kind: 'vector', update: 'frozen' }))).not.toContain('revive-codes');
    expect(kinds(withQuantizer({ kind: 'lfq', bits: 8 }))).toEqual(['more-entropy', 'more-steps']);
    expect(kinds(withQuantizer({ kind: 'fsq' }))).toEqual(['more-steps']);
    expect(kinds(withQuantizer({ kind: 'residual', quantizer: { kind: 'vector' } }))).toContain('revive-codes');
  });

  it('changes only the level of a hierarchy that was looked at', () => {
    const spec = fromPreset(
      presets.find(({ model }) => model === 'vq-vae-2')!,
      'd',
    );
    const changed = (level: number): string[] =>
      judgeUsage(counts(256, 94), spec, level)
        .remedies.find(({ kind }) => kind === 'half-codes')!
        .changes.map(({ path }) => path);
    expect(changed(0)).toEqual(['model.top.codes']);
    expect(changed(1)).toEqual(['model.quantizer.codes']);
  });

  it('offers only changes that a specification takes, for every preset', () => {
    for (const preset of presets.filter(({ model }) => !['pca', 'ae', 'vae', 'iwae'].includes(model))) {
      const parsed = runSpecSchema.safeParse({ dataset: 'd', ...preset.spec });
      if (!parsed.success) continue; // a prior's: it needs an autoencoder
      const spec = parsed.data;
      for (const dead of [40, 94, 250])
        for (const one of judgeUsage(counts(256, dead), spec, 0).remedies)
          expect(applyRemedy(spec, one), preset.name).not.toBeNull();
    }
  });
});
