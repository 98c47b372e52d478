import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeFromLogits, cumulativeFromProbabilities, precisionOf } from '../../../../main/engine/coding';
import { exponential } from '../../../../main/engine/coding/exponential';
import { thrownBy, uniform } from './draws';

const frequenciesOf = (cumulative: Uint32Array) => Array.from(cumulative.subarray(1), (end, i) => end - cumulative[i]!);
const logitsOf = fc.array(
  fc.oneof(fc.float({ min: -30, max: 30, noNaN: true }), fc.constant(-Infinity), fc.constantFrom(0, 1, 88)),
  { minLength: 1, maxLength: 60 },
);

describe('the exponential of our own', () => {
  it('is that of the machine to 10⁻¹⁵, from −24 to 0, and 0 below', () => {
    for (let i = 0; i <= 2400; i++) {
      const x = -i / 100 - (i % 7) * 1e-5;
      if (x >= -24) expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-15);
    }
    expect([exponential(0), exponential(-24.0001), exponential(-Infinity), exponential(NaN)]).toEqual([1, 0, 0, 0]);
  });
});

describe('cumulative frequencies from logits', () => {
  it('give every symbol a share, at least p · (T − K) / T of the whole, and the largest what is missing', () => {
    fc.assert(
      fc.property(logitsOf, (logits) => {
        const largest = Math.max(...logits);
        fc.pre(largest > -Infinity);
        const [symbols, total] = [logits.length, 2 ** precisionOf(logits.length)];
        const cumulative = cumulativeFromLogits(Float32Array.from(logits), symbols);
        const frequencies = frequenciesOf(cumulative);
        expect(cumulative[0]).toBe(0);
        expect(cumulative[symbols]).toBe(total);
        const sum = logits.reduce((all, logit) => all + Math.exp(Math.fround(logit) - largest), 0);
        const top = logits.indexOf(largest);
        frequencies.forEach((frequency, symbol) => {
          const share = (Math.exp(Math.fround(logits[symbol]!) - largest) / sum) * (total - symbols);
          expect(frequency).toBeGreaterThanOrEqual(1);
          expect(frequency).toBeGreaterThan(share - 1e-6);
          if (symbol !== top) expect(frequency).toBeLessThan(share + 1 + 1e-6);
        });
      }),
    );
  });

  it('cost at most log₂(T / (T − K)) bits more than the probabilities themselves', () => {
    const next = uniform(4);
    for (const symbols of [2, 16, 512, 4096, 65_536]) {
      const logits = Float32Array.from({ length: symbols }, () => 12 * next() ** 4);
      const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
      const sum = logits.reduce((all, logit) => all + Math.exp(logit - largest), 0);
      const total = 2 ** precisionOf(symbols);
      const frequencies = frequenciesOf(cumulativeFromLogits(logits, symbols));
      let excess = 0;
      logits.forEach((logit, symbol) => {
        const probability = Math.exp(logit - largest) / sum;
        excess += probability * Math.log2((probability * total) / frequencies[symbol]!);
      });
      expect(excess).toBeLessThan(Math.log2(total / (total - symbols)) + 1e-9);
    }
  });

  it('give the first of several largest what is missing', () => {
    // T − K is 65,533: 21,844 for each of three and one left.
    expect(frequenciesOf(cumulativeFromLogits([5, 5, 5], 3))).toEqual([21_846, 21_845, 21_845]);
    expect(frequenciesOf(cumulativeFromLogits([-Infinity, 5, 5, 5], 4))).toEqual([1, 21_845, 21_845, 21_845]);
    expect(frequenciesOf(cumulativeFromLogits([0], 1))).toEqual([65_536]);
  });

  it('lie where they are asked to lie', () => {
    const into = new Uint32Array(7);
    cumulativeFromLogits([9, 9, 0, 1], 2, { from: 2, into, at: 3 });
    expect([...into.subarray(3, 6)]).toEqual([...cumulativeFromLogits([0, 1], 2)]);
    expect([...into.subarray(0, 3), into[6]]).toEqual([0, 0, 0, 0]);
  });

  it('are refused for what is no distribution', () => {
    for (const logits of [
      [NaN, 0],
      [0, NaN],
      [Infinity, 0],
      [-Infinity, -Infinity],
    ])
      expect(thrownBy(() => cumulativeFromLogits(logits, 2))).toMatchObject({ code: 'NOT_FINITE' });
    for (const probabilities of [
      [NaN, 1],
      [-0.1, 1],
      [0, 0],
      [Infinity, 1],
    ])
      expect(thrownBy(() => cumulativeFromProbabilities(probabilities, 2))).toMatchObject({ code: 'NOT_FINITE' });
  });

  it('have a total of 2¹⁶ to 2²⁸, by the number of symbols', () => {
    expect([1, 2, 16, 17, 512, 4096, 4097, 65_536].map(precisionOf)).toEqual([16, 16, 16, 17, 21, 24, 25, 28]);
  });
});

describe('cumulative frequencies from probabilities', () => {
  it('are the same rule, and need no sum of 1', () => {
    expect(frequenciesOf(cumulativeFromProbabilities([1, 1, 1], 3))).toEqual([21_846, 21_845, 21_845]);
    expect(cumulativeFromProbabilities([0.25, 0.5, 0.25], 3)).toEqual(cumulativeFromProbabilities([1, 2, 1], 3));
    expect(frequenciesOf(cumulativeFromProbabilities([0, 1], 2))).toEqual([1, 65_535]);
  });
});
