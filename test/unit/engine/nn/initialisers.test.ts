import { describe, expect, it } from 'vitest';
import { type Initialiser, createProgram } from '../../../../main/engine/tensorflow/graph';
import {
  constantInit,
  glorotUniform,
  normalInit,
  onesInit,
  sonnetDefault,
  truncatedNormal,
  uniformInit,
  varianceScaling,
  zerosInit,
} from '../../../../main/engine/nn';

function drawn(initialiser: Initialiser, shape = [3, 3, 64, 128]) {
  const program = createProgram({ seed: 11 });
  program.variable('v', { shape, initialiser });
  const values = Array.from(program.read().v!.data);
  program.dispose();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

// 73,728 draws: standard errors are below half a percent of the deviation.
describe('initialisers have the spread they promise', () => {
  const fanIn = 3 * 3 * 64;
  const fanOut = 3 * 3 * 128;
  const CUT = 0.8796;
  const cases: Record<string, [Initialiser, number, number]> = {
    'truncatedNormal: cut at two deviations': [truncatedNormal(0.1), 0.1 * CUT, 0.2],
    'normal: not cut': [normalInit(0.1), 0.1, 0.6],
    'sonnetDefault: 1/sqrt(fan in) before the cut': [sonnetDefault(), CUT / Math.sqrt(fanIn), 2 / Math.sqrt(fanIn)],
    'varianceScaling: deviation 1/sqrt(fan in) after the cut': [
      varianceScaling(),
      1 / Math.sqrt(fanIn),
      2 / CUT / Math.sqrt(fanIn),
    ],
    'varianceScaling: He, normal, fan out': [
      varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' }),
      Math.sqrt(2 / fanOut),
      1,
    ],
    'glorotUniform: variance 2/(in + out)': [
      glorotUniform(),
      Math.sqrt(2 / (fanIn + fanOut)),
      Math.sqrt(6 / (fanIn + fanOut)),
    ],
    'uniform: [low, high)': [uniformInit(-0.5, 0.5), Math.sqrt(1 / 12), 0.5],
  };
  for (const [name, [initialiser, deviation, bound]] of Object.entries(cases)) {
    it(name, () => {
      const found = drawn(initialiser);
      expect(Math.abs(found.mean)).toBeLessThan(deviation * 0.02);
      expect(found.deviation / deviation).toBeCloseTo(1, 1.7);
      expect(found.largest).toBeLessThanOrEqual(bound * 1.0001);
    });
  }

  it('zeros, ones and constants are what they say, of either type', () => {
    expect(drawn(zerosInit(), [5])).toMatchObject({ mean: 0, deviation: 0 });
    expect(drawn(onesInit(), [5])).toMatchObject({ mean: 1, deviation: 0 });
    expect(drawn(constantInit(0.25), [5])).toMatchObject({ mean: 0.25, deviation: 0 });
    const program = createProgram();
    program.variable('n', { shape: [2], dtype: 'int32', initialiser: onesInit() });
    expect(program.read().n).toEqual({ data: Int32Array.of(1, 1), shape: [2], dtype: 'int32' });
    program.dispose();
  });
});
