import { describe, expect, it } from 'vitest';
import type { ModelInfo } from '@shared/contract';
import { readNpz, writeNpz } from '../../../../main/engine/formats/npz';
import { readLatents, writeLatent, writeLatents } from '../../../../main/engine/studio/latent-file';

const info: ModelInfo = {
  run: 'flowers',
  step: 500,
  signal: { kind: 'picture', height: 8, width: 12, channels: 3 },
  latent: { kind: 'codes', levels: [{ axes: [2, 3], depth: 1, codes: 10, dimension: 4 }] },
  weightsHash: 'abc',
};
const grid = { kind: 'codes' as const, indices: Int32Array.of(0, 9, 3, 4, 5, 6) };
const level = (height: number, width: number, depth: number) => ({
  axes: [height, width],
  depth,
  codes: 10,
  dimension: 4,
});
const meta = (change: object = {}) =>
  JSON.stringify({
    format: 'tessera-latent',
    version: 1,
    tessera: '1',
    run: 'flowers',
    step: 500,
    weightsHash: 'abc',
    names: ['x'],
    ...change,
  });
const file = (
  shape: number[],
  data: Int32Array | Float32Array | BigInt64Array,
  texts: Record<string, string> = { meta: meta() },
) => writeNpz({ arrays: { indices: { shape, data: data as Int32Array } }, texts });

describe('a latent file', () => {
  it('holds int32 indices [height, width] and says which weights they belong to', () => {
    const { arrays, texts } = readNpz(writeLatent(grid, 'rose.png', info));
    expect(arrays.indices).toEqual({ shape: [2, 3], data: grid.indices });
    expect(JSON.parse(texts.meta ?? '')).toMatchObject({
      run: 'flowers',
      step: 500,
      weightsHash: 'abc',
      names: ['rose.png'],
    });
  });

  it('reads back what was written', () => {
    expect(readLatents(writeLatent(grid, 'rose.png', info), info, false)).toEqual({
      rows: grid.indices,
      names: ['rose.png'],
      count: 1,
      sameWeights: true,
    });
    const rows = Int32Array.from({ length: 12 }, (_, i) => i % 10);
    const two = readLatents(writeLatents({ rows, names: ['a', 'b'] }, info), info, false);
    expect(two).toEqual({ rows, names: ['a', 'b'], count: 2, sameWeights: true });
  });

  it('is the same bytes for the same grid', () => {
    expect(writeLatent(grid, 'rose.png', info)).toEqual(writeLatent(grid, 'rose.png', info));
  });

  it('opens with other weights only on demand', () => {
    const bytes = writeLatent(grid, 'rose.png', { ...info, run: 'birds', weightsHash: 'def' });
    expect(() => readLatents(bytes, info, false)).toThrow(
      expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining('“birds” at step 500') }),
    );
    expect(readLatents(bytes, info, true)).toMatchObject({ sameWeights: false });
  });

  it('takes an array without meta, as NumPy may have written it, for one of other weights', () => {
    const bytes = file([2, 3], Float32Array.from(grid.indices), {});
    expect(() => readLatents(bytes, info, false)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(readLatents(bytes, info, true)).toEqual({
      rows: grid.indices,
      names: ['latent 1'],
      count: 1,
      sameWeights: false,
    });
  });

  it('holds several codes per place, several levels one after the other, and vectors', () => {
    const deep = { ...info, latent: { kind: 'codes' as const, levels: [level(2, 3, 2)] } };
    const rows = Int32Array.from({ length: 12 }, (_, i) => i % 10);
    const deepFile = writeLatents({ rows, names: ['a'] }, deep);
    expect(readNpz(deepFile).arrays.indices?.shape).toEqual([1, 2, 3, 2]);
    expect(readLatents(deepFile, deep, false)).toMatchObject({ rows, count: 1 });

    const tall = { ...info, latent: { kind: 'codes' as const, levels: [level(1, 2, 1), level(2, 5, 1)] } };
    const tallFile = writeLatents({ rows, names: ['a'] }, tall);
    expect(readNpz(tallFile).arrays.indices?.shape).toEqual([1, 12]);
    expect(readLatents(tallFile, tall, false)).toMatchObject({ rows, count: 1 });

    const vector = { ...info, latent: { kind: 'vector' as const, length: 3 } };
    const values = Float32Array.of(0.5, -1, 2);
    const vectorFile = writeLatent({ kind: 'vector', values }, 'a', vector);
    expect(readNpz(vectorFile).arrays.vectors).toEqual({ shape: [3], data: values });
    expect(readLatents(vectorFile, vector, false)).toMatchObject({ rows: values, count: 1 });
    expect(() => readLatents(vectorFile, info, true)).toThrow(/no array named “indices”/);
    const infinite = writeLatent({ kind: 'vector', values: Float32Array.of(0, Infinity, 0) }, 'a', vector);
    expect(() => readLatents(infinite, vector, true)).toThrow(/not a finite number/);
  });

  it('opens as what was saved or says that it is damaged, whichever bit of it is changed', () => {
    const bytes = writeLatent(grid, 'rose.png', info);
    const whole = readLatents(bytes, info, false);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      try {
        expect(readLatents(damaged, info, false), `bit ${bit}`).toEqual(whole);
      } catch (thrown) {
        expect(thrown, `bit ${bit}`).toMatchObject({ code: 'BAD_FILE', hint: expect.stringContaining('again') });
      }
    }
  });

  it.each([
    ['something else', new TextEncoder().encode('hello'), /can’t be opened: it is not a zip archive/],
    ['an archive without indices', writeNpz({ arrays: { codes: { shape: [2, 3], data: grid.indices } } }), /“indices”/],
    ['a grid of another size', file([3, 2], grid.indices), /\[3, 2\].*\[2, 3\]/],
    ['a flat array', file([6], grid.indices), /\[6\]/],
    ['no grid at all', file([0, 2, 3], new Int32Array()), /\[0, 2, 3\]/],
    ['a code beyond the codebook', file([2, 3], Int32Array.of(0, 0, 0, 0, 0, 10)), /code 10.*0 to 9/],
    ['a negative code', file([2, 3], Int32Array.of(0, -4, 0, 0, 0, 0)), /code -4/],
    ['half a code', file([2, 3], Float32Array.of(0, 0.5, 0, 0, 0, 0)), /code 0.5/],
    ['damaged meta', file([2, 3], grid.indices, { meta: '{' }), /“meta”/],
    ['meta of a newer Tessera', file([2, 3], grid.indices, { meta: meta({ version: 2 }) }), /newer/],
  ])('refuses %s, even if any weights would do', (_, bytes, message) => {
    expect(() => readLatents(bytes, info, true)).toThrow(
      expect.objectContaining({ code: 'BAD_FILE', message: expect.stringMatching(message) }),
    );
  });
});
