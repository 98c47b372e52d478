import { describe, expect, it } from 'vitest';
import { createActiveUnits } from '../../../../main/engine/metrics';
import { logMeanExp } from '../../../../main/engine/numerics/log-mean-exp';

describe('active units', () => {
  it('are components whose mean varies by more than 0.01 over the pictures, however large it is', () => {
    const units = createActiveUnits(4);
    // Variances 0.25, 0, 0.0099 and 0.0101, the last two beside a mean of 1000.
    const rows = [-1, 1].map((sign) => [sign / 2, 7, 1000 + sign * Math.sqrt(0.0099), 1000 + sign * Math.sqrt(0.0101)]);
    units.add([...rows[0]!, ...rows[1]!, 9, 9, 9, 9], 2);
    for (let time = 0; time < 50; time++) units.add(rows.flat(), 2);
    [0.25, 0, 0.0099, 0.0101].forEach((variance, at) => expect(units.variances()[at]).toBeCloseTo(variance, 9));
    expect(units.count()).toBe(2);
  });
});

describe('the log of a mean of exponentials', () => {
  it('is right where the exponentials over- and underflow', () => {
    expect(logMeanExp([0, 0])).toBe(0);
    expect(logMeanExp([-2000, -2000 + Math.log(3)])).toBeCloseTo(-2000 + Math.log(2), 9);
    expect(logMeanExp([900, -Infinity])).toBeCloseTo(900 - Math.LN2, 9);
    expect(logMeanExp([-Infinity])).toBe(-Infinity);
  });
});
