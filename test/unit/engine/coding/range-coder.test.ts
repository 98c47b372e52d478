import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveFrequencies } from '../../../../main/engine/coding/adaptive-frequencies';
import {
  FixedFrequencies,
  type Frequencies,
  decodeSymbol,
  encodeSymbol,
} from '../../../../main/engine/coding/frequencies';
import { MOST_TOTAL, RangeDecoder, RangeEncoder } from '../../../../main/engine/coding/range-coder';
import { draw, thrownBy, uniform } from './draws';

describe('range coding', () => {
  it('gives back every symbol, whatever its share of whatever total, and needs all bytes', () => {
    const symbol = fc
      .integer({ min: 1, max: MOST_TOTAL })
      .chain((total) =>
        fc
          .nat(total - 1)
          .chain((start) =>
            fc.tuple(fc.constant(start), fc.integer({ min: 1, max: total - start }), fc.constant(total)),
          ),
      );
    fc.assert(
      fc.property(fc.array(symbol, { maxLength: 200 }), (symbols) => {
        const encoder = new RangeEncoder();
        for (const [start, frequency, total] of symbols) encoder.encode(start, frequency, total);
        const decoder = new RangeDecoder(encoder.finish());
        for (const [start, frequency, total] of symbols) {
          const target = decoder.target(total);
          expect(target >= start && target < start + frequency).toBe(true);
          decoder.take(start, frequency);
        }
        decoder.end();
      }),
      { numRuns: 500 },
    );
  });

  it('carries over any number of bytes 255', () => {
    // After the first symbol low is just below a power of two; certain symbols then hold it there, and the last one raises it.
    for (let held = 0; held < 40; held++) {
      const encoder = new RangeEncoder();
      encoder.encode(2 ** 23 - 1, 1, 2 ** 24);
      const shares: [number, number, number][] = [[2 ** 23 - 1, 1, 2 ** 24]];
      for (let i = 0; i < held; i++) shares.push([255, 1, 256]);
      shares.push([65_535, 1, 65_536], [1, 1, 3]);
      for (const share of shares.slice(1)) encoder.encode(...share);
      const decoder = new RangeDecoder(encoder.finish());
      for (const [start, frequency, total] of shares) {
        expect(decoder.target(total)).toBe(start);
        decoder.take(start, frequency);
      }
      decoder.end();
    }
  });

  it('takes no byte for nothing, and none for what is certain', () => {
    expect(new RangeEncoder().finish()).toHaveLength(0);
    const encoder = new RangeEncoder();
    for (let i = 0; i < 1000; i++) encoder.encode(0, 1, 1);
    expect(encoder.finish()).toHaveLength(0);
  });

  it('takes −log₂ p and less than 8 bits more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4095 }), { maxLength: 300 }), (frequencies) => {
        const encoder = new RangeEncoder();
        for (const frequency of frequencies) encoder.encode(4096 - frequency, frequency, 4096);
        const ideal = frequencies.reduce((bits, frequency) => bits + Math.log2(4096 / frequency), 0);
        expect(encoder.written - ideal).toBeLessThan(0.001);
        expect(encoder.finish().length * 8).toBeLessThan(ideal + 8.001);
      }),
    );
  });

  it('refuses to code what could not be decoded', () => {
    for (const [start, frequency, total] of [
      [0, 0, 4],
      [3, 2, 4],
      [-1, 1, 4],
      [0, 1, 2 ** 29],
      [0, NaN, 4],
    ] as const)
      expect(thrownBy(() => new RangeEncoder().encode(start, frequency, total))).toMatchObject({ code: 'INTERNAL' });
  });

  it('ends with BAD_FILE soon after bytes have run out', () => {
    const decoder = new RangeDecoder(Uint8Array.of(1, 2, 3));
    let read = 0;
    const thrown = thrownBy(() => {
      for (; read < 1000; read++) decoder.bits(8);
    });
    expect(thrown).toMatchObject({ code: 'BAD_FILE' });
    expect(read).toBeLessThan(8);
  });
});

describe('frequencies', () => {
  const consistent = (frequencies: Frequencies, expected: readonly number[]) => {
    let before = 0;
    expected.forEach((frequency, symbol) => {
      expect(frequencies.of(symbol)).toBe(frequency);
      expect(frequencies.before(symbol)).toBe(before);
      if (frequency > 0) {
        expect(frequencies.symbolAt(before)).toBe(symbol);
        expect(frequencies.symbolAt(before + frequency - 1)).toBe(symbol);
      }
      before += frequency;
    });
    expect(frequencies.total).toBe(before);
  };

  it('that stay never find a symbol without a share', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 40 }), (counts) => {
        consistent(new FixedFrequencies(counts), counts);
      }),
    );
  });

  it('that adapt are 1 + 2n, and halved when their total would pass the most', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 40 })
          .chain((symbols) => fc.tuple(fc.constant(symbols), fc.array(fc.nat(symbols - 1), { maxLength: 100 }))),
        fc.nat(100),
        ([symbols, counted], room) => {
          const most = symbols + 4 + room;
          const frequencies = new AdaptiveFrequencies(symbols, most);
          let expected = Array<number>(symbols).fill(1);
          for (const symbol of counted) {
            if (expected.reduce((sum, one) => sum + one, 2) > most)
              expected = expected.map((one) => Math.ceil(one / 2));
            expected[symbol]! += 2;
            frequencies.count(symbol);
          }
          consistent(frequencies, expected);
          expect(frequencies.total).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  it('that adapt stay together on both sides through many halvings', () => {
    const symbols = draw(Float64Array.of(0.5, 0.3, 0.1, 0.1), 20_000, 5);
    const [writing, reading] = [new AdaptiveFrequencies(4, 256), new AdaptiveFrequencies(4, 256)];
    const encoder = new RangeEncoder();
    for (const symbol of symbols) {
      encodeSymbol(encoder, writing, symbol);
      writing.count(symbol);
    }
    const decoder = new RangeDecoder(encoder.finish());
    for (const symbol of symbols) {
      expect(decodeSymbol(decoder, reading)).toBe(symbol);
      reading.count(symbol);
    }
    decoder.end();
  });

  it('cost no more than their bound over the best fixed table', () => {
    const [symbols, length] = [512, 50_000];
    const next = uniform(9);
    const codes = Int32Array.from({ length }, () => Math.floor(next() ** 2 * symbols));
    const frequencies = new AdaptiveFrequencies(symbols);
    const counts = new Float64Array(symbols);
    const encoder = new RangeEncoder();
    for (const code of codes) {
      encodeSymbol(encoder, frequencies, code);
      frequencies.count(code);
      counts[code]! += 1;
    }
    const best = counts.reduce((bits, count) => bits + (count > 0 ? count * Math.log2(length / count) : 0), 0);
    expect(encoder.finish().length * 8).toBeLessThan(best + ((symbols - 1) / 2) * Math.log2(length) + symbols);
  });
});
