import { describe, expect, it } from 'vitest';
import {
  byteOf,
  createValueFacts,
  mergeFacts,
  valueRange,
  type ChosenRange,
  type NumberType,
} from '../../../../main/engine/media/kinds/picture/value-range';

function rangeOf(type: NumberType, values: number[], chosen: ChosenRange = 'auto') {
  const gatherer = createValueFacts(type);
  gatherer.add(values);
  return valueRange('a', gatherer.facts(), chosen);
}

describe('the range of values', () => {
  it.each<[string, NumberType, number[], number, number]>([
    ['floats of 0 to 1', 'float32', [0, 1], 0, 1],
    ['floats just above 1, by rounding', 'float32', [0, 1.00001], 0, 1],
    ['floats of 0 to 1 that a resize made overshoot', 'float64', [-0.06, 1.08], 0, 1],
    ['floats of −1 to 1', 'float32', [-1, 0.8], -1, 1],
    ['floats just below −1 and above 1', 'float16', [-1.00001, 1.00001], -1, 1],
    ['floats of 0 to 255', 'float32', [0, 254.7], 0, 255],
    ['floats of 0 to 255 that a resize made overshoot', 'float32', [-3, 259], 0, 255],
    ['floats of 0 to 65535', 'float64', [0, 40000], 0, 65535],
    ['bytes', 'uint8', [3, 200], 0, 255],
    ['bytes of 0 and 1', 'uint8', [0, 1], 0, 1],
    ['64-bit integers of 0 and 1', 'int64', [0, 1], 0, 1],
    ['integers of −1 and 1', 'int8', [-1, 1], -1, 1],
    ['signed bytes around 0', 'int8', [-120, 90], -128, 127],
    ['64-bit integers of 0 to 255', 'int64', [0, 255], 0, 255],
    ['16-bit integers of 0 to 255', 'uint16', [0, 255], 0, 255],
    ['16-bit integers beyond 255', 'uint16', [0, 256], 0, 65535],
    ['signed 16-bit integers beyond 255', 'int16', [0, 30000], 0, 32767],
    ['16-bit values in 32-bit integers', 'int32', [0, 60000], 0, 65535],
    ['32-bit integers of the whole range', 'uint32', [0, 4294967295], 0, 4294967295],
    ['signed 32-bit integers of the whole range', 'int32', [0, 2147483647], 0, 2147483647],
    ['truth values', 'bool', [0, 1], 0, 1],
    ['bytes that are all 0', 'uint8', [0, 0], 0, 255],
  ])('is clear for %s', (_what, type, values, low, high) => {
    expect(rangeOf(type, values)).toMatchObject({ low, high });
  });

  it.each<[string, NumberType, number[]]>([
    ['standardised floats', 'float32', [-2.1, 2.6]],
    ['floats of 0 to 16', 'float64', [0, 16]],
    ['floats of 12 bits', 'float32', [0, 4095]],
    ['negative integers', 'int16', [-1024, 3071]],
    ['integers of 0 to 100000', 'int32', [0, 100000]],
    ['floats all far below 0', 'float64', [-900, -900]],
  ])('is not guessed for %s: the refusal names the option', (_what, type, values) => {
    expect(() => rangeOf(type, values)).toThrow(/expected 0 to 1.*--range/);
    expect(rangeOf(type, values, 'min-max').low).toBe(values[0]);
  });

  it('is what was chosen, whatever the values', () => {
    expect(rangeOf('uint8', [0, 1], '0-255')).toMatchObject({ low: 0, high: 255 });
    expect(rangeOf('float32', [0, 3], '0-1').note).toMatch(/from 0 to 3: taken as 0 to 1.*clipped/);
    expect(rangeOf('float32', [-2, 3], 'min-max')).toMatchObject({ low: -2, high: 3 });
    expect(rangeOf('uint16', [0, 200], '0-65535')).toMatchObject({ low: 0, high: 65535 });
    expect(rangeOf('bool', [0, 1], '0-255')).toMatchObject({ low: 0, high: 1 });
  });

  it('is told with the values that decided it, except for plain bytes', () => {
    expect(rangeOf('uint8', [0, 255]).note).toBeNull();
    expect(rangeOf('uint8', [0, 1]).note).toBe(
      '“a” holds numbers from 0 to 1: taken as 0 to 1, black to white; if that is wrong, choose the value range (--range).',
    );
    expect(rangeOf('uint8', [0, 9]).note).toMatch(/taken as 0 to 255.*--range/);
    expect(rangeOf('float32', [0, Math.fround(1.00001)]).note).toMatch(/from 0 to 1.00001: taken as 0 to 1.*clipped/);
  });

  it('leaves out NaN and infinity, and says how many there are', () => {
    const range = rangeOf('float32', [0, NaN, Infinity, -Infinity, 1]);
    expect(range).toMatchObject({ low: 0, high: 1, note: expect.stringContaining('Not numbers: 3 values') });
    expect([NaN, Infinity, -Infinity].map(byteOf(range))).toEqual([0, 255, 0]);
    expect(() => rangeOf('float32', [NaN])).toThrow(/no number/);
  });

  it('is one for the parts of a dataset', () => {
    const parts = [
      [0, 1],
      [0, 200],
    ].map((values) => {
      const gatherer = createValueFacts('int32');
      gatherer.add(values);
      return gatherer.facts();
    });
    expect(valueRange('a', mergeFacts(parts))).toMatchObject({ low: 0, high: 255 });
  });

  it('maps black to 0 and white to 255, rounding between', () => {
    const ramp = [0, 16, 32, 48, 63].map((x) => x / 63);
    expect(ramp.map(byteOf({ low: 0, high: 1 }))).toEqual([0, 65, 130, 194, 255]);
    expect([-1, 0, 1, 7].map(byteOf({ low: -1, high: 1 }))).toEqual([0, 128, 255, 255]);
    expect([0, 257, 65535].map(byteOf({ low: 0, high: 65535 }))).toEqual([0, 1, 255]);
    expect(Array.from({ length: 256 }, (_, i) => i).map(byteOf({ low: 0, high: 255 }))).toEqual(
      Array.from({ length: 256 }, (_, i) => i),
    );
  });
});
