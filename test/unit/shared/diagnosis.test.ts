import { describe, expect, test } from 'vitest';
import { type FindingKind, applyRemedy, diagnose } from '../../../shared/diagnosis';
import { runSpecSchema } from '../../../shared/specs';

const STEPS = 1000;
const spec = runSpecSchema.parse({ dataset: 'd', model: { kind: 'vq-vae' }, training: { steps: STEPS } });

type Series = Record<string, (step: number) => number>;

/** A run up to `last` with these series; those of evaluations (`test/…`) have a value every 100 steps. */
function run(series: Series, { last = STEPS, failure = null as string | null } = {}) {
  const step = Float64Array.from({ length: last }, (_, row) => row + 1);
  const columns = Object.entries(series).map(([name, at]) => {
    const isKnown = (one: number) => !name.startsWith('test/') || one % 100 === 0;
    return [name, Float32Array.from(step, (one) => (isKnown(one) ? at(one) : NaN))] as const;
  });
  const values = new Map(columns);
  return diagnose({
    spec,
    failure,
    series: (name) => (values.has(name) ? { step, value: values.get(name)! } : null),
  });
}
const kinds = (findings: ReturnType<typeof run>): FindingKind[] => findings.map(({ kind }) => kind);

const healthy: Series = {
  loss: (step) => 0.1 + 1 / step,
  nmse: (step) => 0.06 + 1 / step,
  perplexity: (step) => Math.min(330, 10 + step),
  'loss/reconstruction': (step) => 0.06 + 1 / step,
  'loss/commitment': () => 0.03,
  'test/nmse': (step) => 0.07 + 1 / step,
  'test/usage': (step) => Math.min(1, 0.5 + step / 1000),
};

describe('the collapse doctor', () => {
  test('finds nothing in a run that learns', () => {
    expect(run(healthy)).toEqual([]);
  });

  test('finds nothing before anything can be judged', () => {
    expect(run({ ...healthy, perplexity: () => 1.2 }, { last: 50 })).toEqual([]);
  });

  test('names a collapsed codebook with its perplexity, and offers what the configuration can have', () => {
    const [finding] = run({ ...healthy, perplexity: () => 1.5 });
    expect(finding).toMatchObject({ kind: 'collapsed', severity: 'critical' });
    expect(finding?.evidence).toEqual([{ series: 'perplexity', from: null, to: { step: STEPS, value: 1.5 } }]);
    const [first] = finding?.remedies ?? [];
    expect(first).toMatchObject({ kind: 'revive-codes' });
    expect(applyRemedy(spec, first!)?.model).toMatchObject({ quantizer: { reviveAfter: 100 } });
  });

  test.each<[FindingKind, Series]>([
    ['usage-falling', { 'test/usage': (step) => (step <= 500 ? 0.9 : 0.6) }],
    ['dead-codes', { 'test/usage': () => 0.3, 'test/dead-codes': () => 358 }],
    ['commitment-exploding', { 'loss/commitment': (step) => 0.01 * 2 ** (step / 80) }],
    ['kl-vanishing', { kl: () => 0.01 }],
    ['discriminator-winning', { discriminator: (step) => (step < 300 ? 0 : 300 / step ** 1.6) }],
    ['overfitting', { 'test/nmse': (step) => 0.07 + Math.abs(step - 400) / 4000, nmse: (step) => 30 / (300 + step) }],
  ])('names %s', (kind, series) => {
    expect(kinds(run({ ...healthy, ...series }))).toEqual([kind]);
  });

  test('puts a loss that is not finite first, and every remedy makes another valid configuration', () => {
    const findings = run({ ...healthy, 'test/usage': () => 0.3 }, { failure: 'NOT_FINITE' });
    expect(kinds(findings)).toEqual(['not-finite', 'dead-codes']);
    for (const remedy of findings.flatMap(({ remedies }) => remedies)) {
      expect(applyRemedy(spec, remedy), remedy.kind).not.toBeNull();
      expect(applyRemedy(spec, remedy), remedy.kind).not.toEqual(spec);
    }
  });

  test('offers no remedy that the configuration has already, or has no field for', () => {
    expect(applyRemedy(spec, { kind: 'flip', changes: [{ path: 'training.wings', value: 2 }] })).toBeNull();
    const revived = runSpecSchema.parse({
      ...spec,
      model: { kind: 'vq-vae', quantizer: { kind: 'vector', reviveAfter: 100 } },
    });
    const few = { step: [500], value: [0.2] };
    const [finding] = diagnose({
      spec: revived,
      failure: null,
      series: (name) => (name === 'test/usage' ? few : null),
    });
    expect(finding?.remedies.map(({ kind }) => kind)).not.toContain('revive-codes');
    expect(finding?.remedies.map(({ kind }) => kind)).not.toContain('free-bits');
  });

  test('looks at each level of a VQ-VAE-2 by itself, and changes the codebooks of all that have the field', () => {
    const levels = runSpecSchema.parse({
      dataset: 'd',
      model: { kind: 'vq-vae-2', quantizer: { kind: 'fsq' } },
      training: { steps: STEPS },
    });
    const step = Float64Array.from({ length: STEPS }, (_, row) => row + 1);
    const series: Record<string, (step: number) => number> = {
      'perplexity-1': () => 1.1,
      'perplexity-2': () => 300,
      'loss/reconstruction': () => 0.06,
      'loss/commitment-1': (one) => 0.01 * 2 ** (one / 80),
    };
    const findings = diagnose({
      spec: levels,
      failure: null,
      series: (name) => (series[name] ? { step, value: step.map(series[name]) } : null),
    });
    expect(kinds(findings)).toEqual(['collapsed', 'commitment-exploding']);
    expect(findings.map(({ evidence }) => evidence.map((one) => one.series))).toEqual([
      ['perplexity-1'],
      ['loss/commitment-1'],
    ]);
    const [first] = findings[0]!.remedies;
    expect(first).toEqual({ kind: 'revive-codes', changes: [{ path: 'model.top.reviveAfter', value: 100 }] });
  });

  test('sees a dVAE collapse, and offers it fewer codes where many are dead', () => {
    const dvae = runSpecSchema.parse({ dataset: 'd', model: { kind: 'dvae' }, training: { steps: STEPS } });
    const values: Record<string, number> = { perplexity: 1.5, 'test/usage': 0.01 };
    const findings = diagnose({
      spec: dvae,
      failure: null,
      series: (name) => (name in values ? { step: [STEPS], value: [values[name]!] } : null),
    });
    expect(kinds(findings)).toEqual(['collapsed', 'dead-codes']);
    expect(findings[1]!.remedies).toEqual([{ kind: 'fewer-codes', changes: [{ path: 'model.codes', value: 2048 }] }]);
  });

  test('reaches the quantizer within stages, and offers the rotation trick only where it raises usage', () => {
    const remediesOf = (quantizer: object) => {
      const given = runSpecSchema.parse({ dataset: 'd', model: { kind: 'vq-vae', quantizer } });
      const series = (name: string) => (name === 'test/usage' ? { step: [9000], value: [0.2] } : null);
      const [finding] = diagnose({ spec: given, failure: null, series });
      return finding!.remedies.map(({ kind, changes }) => `${kind} ${changes[0]!.path}`);
    };
    const residual = { kind: 'residual', quantizer: { kind: 'vector', codes: 64 } };
    expect(remediesOf(residual)).toContain('revive-codes model.quantizer.quantizer.reviveAfter');
    expect(remediesOf({ kind: 'vector' })).toContain('rotation-trick model.quantizer.rotation');
    expect(remediesOf({ kind: 'vector', update: 'gradient' }).join()).not.toContain('rotation-trick');
    expect(remediesOf({ kind: 'fsq' })).toEqual([]);
  });
});
