import { describe, expect, it } from 'vitest';
import {
  type CoderName,
  type LogitModel,
  type TsrDescription,
  coders,
  compressCodes,
  compressWithModel,
  cumulativeFromLogits,
  decompressCodes,
  decompressWithModel,
  encodeWithModel,
  fromLogits,
  readTsr,
} from '../../main/engine/coding';
import { ByteReader } from '../../main/engine/coding/bytes';
import { exponential } from '../../main/engine/coding/exponential';
import type { CodesLatent } from '../../shared/specs';
import { golden } from './golden';

const found = golden('range-coding.npz');
const latent: CodesLatent = {
  kind: 'codes',
  levels: [
    { axes: [2, 3], depth: 1, codes: 7, dimension: 4 },
    { axes: [4, 5], depth: 2, codes: 300, dimension: 8 },
  ],
};
const items = 9;
const description: TsrDescription = {
  tessera: '0.0.0',
  signal: { kind: 'picture', height: 8, width: 300, channels: 3 },
  names: Array.from({ length: items }, (_, item) => `Bild ${item} 画`),
  autoencoder: { run: 'vq-vae-1', step: 70_000, weightsHash: 'a'.repeat(64) },
};

describe('compressed files against those that a Python of its own writes', () => {
  const codes = found.integers('codes');

  it.each(['packed', 'huffman', 'static', 'adaptive'] as const)('reads the one of coder %s', (coder) => {
    const opened = readTsr(found.bytes(`${coder}.tsr`));
    expect(opened.header).toMatchObject({ ...description, coder, latent, items, prior: null });
    expect(decompressCodes(opened)).toEqual(codes);
  });

  it.each(['packed', 'static', 'adaptive'] as const)('writes the same bytes with coder %s', (coder) => {
    expect(compressCodes({ latent, items, codes }, description, coder)).toEqual(found.bytes(`${coder}.tsr`));
  });

  it('takes as many bytes for Huffman words, of which several sets are best', () => {
    const written = compressCodes({ latent, items, codes }, description, 'huffman');
    const sizes = [written, found.bytes('huffman.tsr')].map((file) => {
      const reader = new ByteReader(readTsr(file).payload, 'its codes');
      reader.raw('the table', reader.whole('its length', { to: 10_000 }));
      return reader.left;
    });
    expect(sizes[0]).toBe(sizes[1]);
  });

  it('reads and writes the one that a model drives, to the same bytes', async () => {
    const file = found.bytes('prior.tsr');
    const opened = readTsr(file);
    expect(await decompressWithModel(opened, fromLogits(model()))).toEqual(found.integers('prior/codes'));
    const prior = {
      run: 'gpt-1',
      step: 900,
      weightsHash: 'b'.repeat(64),
      engine: { threads: '1', tensorflow: '2.21.0' },
      labels: Array.from({ length: items }, (_, item) => item * 100),
    };
    const set = { latent, items, codes: found.integers('prior/codes') };
    expect(await compressWithModel(set, description, prior, fromLogits(model()))).toEqual(file);
  });
});

/** `logits_of` of the script. */
function model(): LogitModel {
  const order = Int32Array.from({ length: 46 }, (_, position) => (position * 7 + 3) % 46);
  return {
    lanes: 4,
    order,
    begin: () => undefined,
    logits(position, previous) {
      const symbols = order[position]! < 6 ? 7 : 300;
      const values = Float32Array.from({ length: 4 * symbols }, (_, at) => {
        const [lane, symbol] = [Math.floor(at / symbols), at % symbols];
        return symbol % 10 === 9 ? -Infinity : ((symbol * 37 + position * 11 + previous[lane]! * 7) % 64) / 8;
      });
      return { symbols, values };
    },
  };
}

describe('rounding to whole frequencies against Python', () => {
  it('has the same exponential, to the last bit', () => {
    expect(found.doubles('exponential/x').map(exponential)).toEqual(found.doubles('exponential/value'));
  });

  it.each([2, 37, 512])('has the same frequencies of %i logits', (symbols) => {
    const cumulative = cumulativeFromLogits(found.floats(`logits/${symbols}`), symbols);
    expect(Int32Array.from(cumulative.subarray(1), (end, symbol) => end - cumulative[symbol]!)).toEqual(
      found.integers(`frequencies/${symbols}`),
    );
  });
});

describe('bits against constriction', () => {
  const one = (codes: number): CodesLatent => ({
    kind: 'codes',
    levels: [{ axes: [1, 1], depth: 1, codes, dimension: 1 }],
  });
  const bitsOf = (coder: CoderName, codes: Int32Array, symbols: number) => {
    const { payload, tableBits } = coders[coder].encode({ latent: one(symbols), items: codes.length, codes });
    return payload.length * 8 - tableBits;
  };

  it.each([2, 512, 4096])(
    'are those of its Huffman tree and no more than those of its range coder, of %i codes',
    async (symbols) => {
      const codes = found.integers(`constriction/${symbols}/codes`);
      const [power = 0] = found.doubles(`constriction/${symbols}/power`);
      const [ranged = 0, huffman = 0] = found.integers(`constriction/${symbols}/bits`);
      expect(bitsOf('huffman', codes, symbols)).toBe(Math.ceil(huffman / 8) * 8);
      const values = Float64Array.from({ length: symbols }, (_, symbol) => -power * Math.log(symbol + 1));
      const cumulative = cumulativeFromLogits(values, symbols);
      const { payload } = await encodeWithModel(
        { latent: one(symbols), items: codes.length, codes },
        { lanes: 1, begin: () => undefined, next: () => ({ symbols, cumulative }) },
      );
      // Its words are of 32 bits, and it rounds probabilities to 24.
      expect(Math.abs(payload.length * 8 - ranged)).toBeLessThan(64 + ranged * 1e-4);
      expect(bitsOf('static', codes, symbols)).toBeLessThan(ranged + 64);
    },
  );
});
