import { describe, expect, test } from 'vitest';
import { expandSweep, runSpecSchema, sweepSpecSchema } from '../../../shared/specs';

const base = { dataset: 'd', model: { kind: 'vq-vae' } };
const sweep = (axes: unknown[], method: unknown = { kind: 'grid' }) =>
  sweepSpecSchema.parse({ name: 's', base, axes, method });

describe('a sweep', () => {
  test('is every combination of its axes, the last varying fastest, and nothing else of the configuration changes', () => {
    const runs = expandSweep(
      sweep([
        { kind: 'values', field: 'model.quantizer.codes', values: [64, 128] },
        { kind: 'range', field: 'training.learningRate', from: 1e-4, to: 1e-2, scale: 'log', points: 3 },
      ]),
    );
    expect(runs.map(({ point }) => Object.values(point))).toEqual([
      [64, 0.0001],
      [64, 0.001],
      [64, 0.01],
      [128, 0.0001],
      [128, 0.001],
      [128, 0.01],
    ]);
    const { spec } = runs[4]!;
    const whole = runSpecSchema.parse({
      ...base,
      model: { kind: 'vq-vae', quantizer: { kind: 'vector', codes: 128 } },
      training: { learningRate: 0.001 },
    });
    expect(spec).toEqual(whole);
  });

  test('drawn at random repeats with its seed and stays within its ranges', () => {
    const axes = [{ kind: 'range', field: 'training.batch', from: 4, to: 64, scale: 'log', whole: true }];
    const draw = (seed: number) =>
      expandSweep(sweep(axes, { kind: 'random', count: 20, seed })).map(({ point }) => point['training.batch']);
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    expect(draw(3).every((batch) => Number.isInteger(batch) && Number(batch) >= 4 && Number(batch) <= 64)).toBe(true);
  });

  test('has no run twice', () => {
    expect(expandSweep(sweep([{ kind: 'values', field: 'training.batch', values: [8, 8, 16] }]))).toHaveLength(2);
  });

  test.each([
    [
      'a value that the schema refuses',
      [{ kind: 'values', field: 'training.batch', values: [8, -1] }],
      /training.batch/,
    ],
    [
      'a field that is not there',
      [{ kind: 'values', field: 'training.wings', values: [2] }],
      /no field training.wings/,
    ],
    [
      'a logarithmic range from zero',
      [{ kind: 'range', field: 'training.learningRate', from: 0, to: 1, scale: 'log' }],
      /above 0/,
    ],
    [
      'more runs than anybody wants',
      ['training.batch', 'training.steps'].map((field) => ({
        kind: 'range',
        field,
        from: 1,
        to: 64,
        points: 32,
        whole: true,
      })),
      /1024 runs/,
    ],
  ])('refuses %s', (_what, axes, message) => {
    expect(() => expandSweep(sweep(axes))).toThrow(message);
  });
});
