import { describe, expect, it } from 'vitest';
import { type Localized, describeFields, quantizerSchema, vqVaeSchema } from '@shared/specs';

/** Where and why a specification is refused. */
function refusalOf(quantizer: object): { path: string; reason: Localized } {
  const parsed = vqVaeSchema.safeParse({ quantizer });
  if (parsed.success) throw new Error('not refused');
  const [issue] = parsed.error.issues;
  const { reason } = (issue as { params?: { reason?: Localized } }).params ?? {};
  if (!issue || !reason) throw new Error(`no reason: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  expect(issue.message).toBe(reason.en);
  expect(reason['zh-CN']).toMatch(/\p{Script=Han}/u);
  return { path: issue.path.join('.'), reason };
}

describe('quantizers that make no sense are refused where it is said, with the reason', () => {
  it.each([
    ['residual', { kind: 'cosine' }, 'quantizer.quantizer.kind', /length 1/],
    ['residual', { kind: 'gumbel' }, 'quantizer.quantizer.kind', /logits/],
    ['residual', { kind: 'residual' }, 'quantizer.quantizer.kind', /number of stages/],
    ['residual', { kind: 'grouped' }, 'quantizer.quantizer.kind', /grouped with a residual/],
    ['grouped', { kind: 'grouped' }, 'quantizer.quantizer.kind', /number of groups/],
    ['residual', { kind: 'lfq', spherical: true }, 'quantizer.quantizer.spherical', /sphere/],
  ])('%s of %o', (kind, quantizer, path, why) => {
    const refusal = refusalOf({ kind, quantizer });
    expect(refusal.path).toBe(path);
    expect(refusal.reason.en).toMatch(why);
  });

  it.each([
    { kind: 'residual', shared: true, quantizer: { kind: 'fsq' } },
    { kind: 'residual', shared: true, quantizer: { kind: 'lfq' } },
    { kind: 'grouped', shared: true, quantizer: { kind: 'lfq' } },
    { kind: 'grouped', shared: true, quantizer: { kind: 'residual', quantizer: { kind: 'fsq' } } },
  ])('one codebook for all where there is none: %o', (quantizer) => {
    expect(refusalOf(quantizer)).toMatchObject({
      path: 'quantizer.shared',
      reason: { en: expect.stringMatching(/no codebook/) as string },
    });
  });

  it('of what contradicts itself within', () => {
    const quantizer = { kind: 'vector', update: 'frozen', reviveAfter: 5 };
    expect(refusalOf({ kind: 'residual', quantizer }).path).toBe('quantizer.quantizer.reviveAfter');
  });

  it.each([
    [[8, 8, 8, 8, 8, 8], /262144 codes/],
    [[2, 5], /symmetric/],
    [[], /1 to 16/],
    [[8, 1], /1 is none/],
    [[8.5], /8.5 is none/],
    ['8,banana', /NaN is none/],
  ])('levels %o', (levels, why) => {
    const refusal = refusalOf({ kind: 'fsq', levels });
    expect(refusal.path).toBe('quantizer.levels');
    expect(refusal.reason.en).toMatch(why);
  });
});

describe('finite scalars', () => {
  it('take their levels as a person writes them', () => {
    for (const levels of ['8,5,5,5', '8 5 5 5', '[8, 5, 5, 5]', '8×5×5×5'])
      expect(quantizerSchema.parse({ kind: 'fsq', levels })).toMatchObject({ levels: [8, 5, 5, 5] });
  });
});

describe('stages of finite scalars', () => {
  it('are symmetric without being told, and can have two levels', () => {
    const quantizer = { kind: 'fsq', levels: [2, 3] };
    expect(quantizerSchema.parse({ kind: 'residual', quantizer })).toMatchObject({ quantizer: { symmetric: true } });
    const told = quantizerSchema.safeParse({ kind: 'residual', quantizer: { ...quantizer, symmetric: false } });
    expect(told.error?.issues).toMatchObject([
      { path: ['quantizer', 'symmetric'], message: expect.stringMatching(/always symmetric/) as string },
    ]);
    const fields = describeFields(quantizerSchema, { kind: 'residual', quantizer });
    expect(fields.map(({ path }) => path)).not.toContain('quantizer.symmetric');
  });
});

describe('the form of a quantizer made of others', () => {
  const fieldsOf = (quantizer: object) => describeFields(quantizerSchema, quantizer);

  it('offers what it can be made of, and the fields of what it is made of', () => {
    const fields = fieldsOf({ kind: 'residual', quantizer: { kind: 'simvq' } });
    const choice = fields.find(({ path }) => path === 'quantizer.kind');
    expect(choice?.choices).toEqual(['vector', 'factorised', 'simvq', 'fsq', 'lfq']);
    expect(Object.keys(choice?.help?.values ?? {})).toEqual(expect.arrayContaining(choice?.choices ?? []));
    expect(fields.map(({ path }) => path)).toEqual(expect.arrayContaining(['stages', 'quantizer.codebookWeight']));
  });

  it('has vectors within unless said', () => {
    expect(quantizerSchema.parse({ kind: 'grouped' })).toMatchObject({
      groups: 2,
      quantizer: { kind: 'vector', codes: 512 },
    });
    expect(fieldsOf({ kind: 'grouped' }).map(({ path }) => path)).toContain('quantizer.codes');
  });

  it('goes two deep: groups of residual codes', () => {
    const fields = fieldsOf({ kind: 'grouped', quantizer: { kind: 'residual' } });
    expect(fields.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['groups', 'quantizer.stages', 'quantizer.quantizer.kind', 'quantizer.quantizer.codes']),
    );
  });
});
