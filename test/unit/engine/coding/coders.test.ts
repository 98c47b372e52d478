import { describe, expect, it } from 'vitest';
import { type CodeSet, type CoderName, coders, requireCodes, sizesOf } from '../../../../main/engine/coding';
import { distributions, draw, setOf, thrownBy, twoLevels } from './draws';

const names = Object.keys(coders) as CoderName[];
const cases = Object.keys(distributions).flatMap((name) =>
  [2, 3, 512, 65_536].flatMap((alphabet) => [0, 1, 64, 100_000].map((length) => ({ name, alphabet, length }))),
);

describe('coders', () => {
  it.each(cases)('give back $length codes of $alphabet, $name, near their own ideal', ({ name, alphabet, length }) => {
    const codes = draw(distributions[name]!(alphabet), length, alphabet + length);
    const set = setOf(codes, alphabet);
    for (const coder of names) {
      const { payload, tableBits } = coders[coder].encode(set);
      expect(same(coders[coder].decode(payload, set), codes)).toBe(true);
      const ideal = idealBits(coder, codes, alphabet);
      if (ideal !== null) expect(payload.length * 8 - tableBits).toBeLessThanOrEqual(ideal * 1.01 + 64);
    }
  });

  it('give back grids of several levels and stages, each with its own codebook', () => {
    const set = twoLevels(40, 3);
    for (const name of names)
      expect(same(coders[name].decode(coders[name].encode(set).payload, set), set.codes)).toBe(true);
  });

  it('keep a table small where little of a codebook is used', () => {
    const set = setOf(
      Int32Array.from({ length: 4000 }, (_, i) => (i % 4) * 10_000),
      65_536,
    );
    for (const name of ['huffman', 'static'] as const) {
      const { payload, tableBits } = coders[name].encode(set);
      expect(tableBits).toBeLessThan(900);
      expect(payload.length * 8).toBeLessThan(8000 + 900 + 16);
    }
  });

  it('refuse codes that are cut off or followed by something', () => {
    const set = twoLevels(20, 4);
    for (const name of names) {
      const { payload } = coders[name].encode(set);
      const half = payload.subarray(0, payload.length >> 1);
      const longer = Uint8Array.from([...payload, ...new Uint8Array(20).fill(255)]);
      for (const wrong of [half, longer, new Uint8Array(0)])
        expect(thrownBy(() => coders[name].decode(wrong, set))).toMatchObject({ code: 'BAD_FILE' });
    }
  });

  it('take a model with codes and refuse one with vectors, saying why', () => {
    const { latent } = twoLevels(1, 1);
    expect(requireCodes(latent)).toBe(latent);
    expect(thrownBy(() => requireCodes({ kind: 'vector', length: 32 }))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('vectors'),
      hint: expect.stringContaining('codebook'),
    });
  });
});

describe('sizes of codes', () => {
  const signal = { kind: 'picture', height: 32, width: 32, channels: 3 } as const;

  it('are those of pixels, of fixed lengths and of what was really coded', () => {
    const set = twoLevels(200, 8);
    const sizes = sizesOf(set, signal);
    expect(sizes).toMatchObject({ items: 200, pixels: 200 * 1024, codes: 200 * 46, raw: 200 * 1024 * 24 });
    expect(sizes.fixed).toBeCloseTo(200 * (6 * Math.log2(7) + 40 * Math.log2(300)), 6);
    expect(sizes.packed).toBe(200 * (6 * 3 + 40 * 9));
    expect(sizes.huffman.total).toBe(coders.huffman.encode(set).payload.length * 8);
    expect(sizes.static.total).toBe(coders.static.encode(set).payload.length * 8);
    expect(sizes.adaptive).toBe(coders.adaptive.encode(set).payload.length * 8);
  });

  it('lie between the entropy and what each coder may take above it', () => {
    const sizes = sizesOf(twoLevels(500, 8), signal);
    const [huffman, fixed] = [sizes.huffman.total - sizes.huffman.table, sizes.static.total - sizes.static.table];
    expect(fixed).toBeGreaterThan(sizes.entropy - 8);
    expect(fixed).toBeLessThan(sizes.entropy * 1.0001 + 16);
    expect(huffman).toBeGreaterThanOrEqual(sizes.entropy);
    expect(huffman).toBeLessThan(sizes.entropy + sizes.codes + 8);
    expect(sizes.entropy).toBeLessThan(sizes.fixed);
  });

  it('of no items are the tables alone', () => {
    expect(sizesOf(twoLevels(0, 1), signal)).toMatchObject({ codes: 0, raw: 0, packed: 0, entropy: 0, adaptive: 0 });
  });

  it('are not counted of codes that the codebook doesn’t have', () => {
    const set: CodeSet = setOf(Int32Array.of(0, 3, 4), 4);
    expect(thrownBy(() => sizesOf(set, signal))).toMatchObject({
      code: 'BAD_REQUEST',
      message: 'Item 3 has the code 4 at place 1, and the codebook has codes 0 to 3.',
    });
    expect(thrownBy(() => sizesOf({ ...set, items: 2 }, signal))).toMatchObject({ code: 'BAD_REQUEST' });
  });
});

const same = (a: Int32Array, b: Int32Array) => Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;

/** Bits by the coder's own probabilities, without tables; null where it has none. */
function idealBits(coder: CoderName, codes: Int32Array, alphabet: number): number | null {
  const counts = new Float64Array(alphabet);
  if (coder === 'adaptive') {
    let bits = 0;
    codes.forEach((code, at) => {
      bits += Math.log2((2 * at + alphabet) / (2 * counts[code]! + 1));
      counts[code]! += 1;
    });
    return bits;
  }
  if (coder === 'packed') return codes.length * Math.ceil(Math.log2(alphabet));
  if (coder === 'huffman') return null;
  for (const code of codes) counts[code]! += 1;
  return counts.reduce((bits, count) => bits + (count > 0 ? count * Math.log2(codes.length / count) : 0), 0);
}
