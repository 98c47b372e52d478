import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitReader, BitWriter } from '../../../../main/engine/coding/bits';
import {
  LONGEST,
  PrefixCode,
  UNUSED,
  codeLengths,
  readLengths,
  writeLengths,
} from '../../../../main/engine/coding/huffman';
import { RangeDecoder, RangeEncoder } from '../../../../main/engine/coding/range-coder';
import { thrownBy } from './draws';

/** Total bits of Huffman's own algorithm (1952): the sum of all merged weights. */
function huffmanBits(counts: readonly number[]): number {
  const weights = counts.filter((count) => count > 0).sort((a, b) => a - b);
  let bits = 0;
  while (weights.length > 1) {
    const merged = weights.shift()! + weights.shift()!;
    bits += merged;
    const at = weights.findIndex((weight) => weight > merged);
    weights.splice(at < 0 ? weights.length : at, 0, merged);
  }
  return bits;
}

const bitsOf = (counts: readonly number[], lengths: Uint8Array) =>
  counts.reduce((sum, count, symbol) => sum + (count > 0 ? count * lengths[symbol]! : 0), 0);
const kraft = (lengths: Uint8Array) => lengths.reduce((sum, length) => sum + (length === UNUSED ? 0 : 2 ** -length), 0);
const countsOf = fc.array(fc.oneof(fc.constant(0), fc.nat(10), fc.nat(100_000)), { minLength: 1, maxLength: 80 });

describe('code lengths', () => {
  it('take as many bits as Huffman’s algorithm', () => {
    fc.assert(
      fc.property(countsOf, (counts) => {
        const lengths = codeLengths(Uint32Array.from(counts));
        expect(bitsOf(counts, lengths)).toBe(huffmanBits(counts));
        expect(kraft(lengths)).toBe(counts.some((count) => count > 0) ? 1 : 0);
        counts.forEach((count, symbol) => expect(lengths[symbol] === UNUSED).toBe(count === 0));
      }),
    );
  });

  it('stay within the longest, and are then the best of those that do', () => {
    // Fibonacci numbers make the deepest tree.
    const counts = [1, 1, 2, 3, 5, 8, 13];
    expect([...codeLengths(Uint32Array.from(counts))]).toEqual([6, 6, 5, 4, 3, 2, 1]);
    const limited = codeLengths(Uint32Array.from(counts), 4);
    expect(kraft(limited)).toBe(1);
    expect(Math.max(...limited)).toBe(4);
    expect(bitsOf(counts, limited)).toBe(leastBits(counts, 4));
    const deep = [1, 1];
    while (deep.length < 40) deep.push(deep.at(-1)! + deep.at(-2)!);
    expect(Math.max(...codeLengths(Uint32Array.from(deep)))).toBe(LONGEST);
    expect(kraft(codeLengths(Uint32Array.from(deep)))).toBe(1);
  });

  it('are the best of those within the longest, by trying them all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 7 }), (counts) => {
        expect(bitsOf(counts, codeLengths(Uint32Array.from(counts), 3))).toBe(leastBits(counts, 3));
      }),
    );
  });
});

/** The least total over all lengths up to `longest` that satisfy Kraft’s inequality. */
function leastBits(counts: readonly number[], longest: number): number {
  const search = (at: number, room: number): number => {
    if (at === counts.length) return 0;
    let best = Infinity;
    for (let length = 1; length <= longest; length++) {
      if (2 ** -length <= room) best = Math.min(best, counts[at]! * length + search(at + 1, room - 2 ** -length));
    }
    return best;
  };
  return search(0, 1);
}

describe('a prefix code', () => {
  it('gives back what was written, also after its table went through a file', () => {
    fc.assert(
      fc.property(countsOf, fc.infiniteStream(fc.nat(1000)), (counts, random) => {
        const used = counts.flatMap((count, symbol) => (count > 0 ? [symbol] : []));
        fc.pre(used.length > 0);
        const lengths = codeLengths(Uint32Array.from(counts));
        const encoder = new RangeEncoder();
        writeLengths(encoder, lengths);
        const read = readLengths(new RangeDecoder(encoder.finish()), counts.length);
        expect(read).toEqual(lengths);
        const message = Array.from({ length: 50 }, () => used[random.next().value! % used.length]!);
        const bits = new BitWriter();
        const code = new PrefixCode(lengths);
        for (const symbol of message) code.write(bits, symbol);
        expect(bits.length).toBe(message.reduce((sum, symbol) => sum + lengths[symbol]!, 0));
        const reader = new BitReader(bits.finish());
        const decode = new PrefixCode(read);
        expect(message.map(() => decode.read(reader))).toEqual(message);
        reader.end();
      }),
    );
  });

  it('has words of all lengths up to the longest', () => {
    const lengths = Uint8Array.from({ length: LONGEST + 1 }, (_, i) => Math.min(i + 1, LONGEST));
    const code = new PrefixCode(lengths);
    const bits = new BitWriter();
    for (let symbol = LONGEST; symbol >= 0; symbol--) code.write(bits, symbol);
    const reader = new BitReader(bits.finish());
    for (let symbol = LONGEST; symbol >= 0; symbol--) expect(code.read(reader)).toBe(symbol);
  });

  it('is refused unless its words are whole', () => {
    for (const lengths of [[1], [1, 2], [1, 1, 1], [0, 1], [2, 2, 2, UNUSED]]) {
      const encoder = new RangeEncoder();
      writeLengths(encoder, Uint8Array.from(lengths));
      expect(thrownBy(() => readLengths(new RangeDecoder(encoder.finish()), lengths.length))).toMatchObject({
        code: 'BAD_FILE',
      });
    }
  });

  it('without a word reads nothing', () => {
    expect(thrownBy(() => new PrefixCode(Uint8Array.of(UNUSED)).read(new BitReader(new Uint8Array(4))))).toMatchObject({
      code: 'BAD_FILE',
    });
  });
});
