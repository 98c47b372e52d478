import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../../main/engine/formats/safetensors';

const tensors = {
  'b/kernel': { dtype: 'float32', shape: [2, 3], data: Float32Array.from([1, -2, 3.5, 0, NaN, Infinity]) },
  'a/steps': { dtype: 'int32', shape: [], data: Int32Array.from([-7]) },
  empty: { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) },
} as const;
const copy = Object.fromEntries(
  Object.entries(tensors).map(([name, one]) => [name, { ...one, shape: [...one.shape] }]),
);

/** A file with this header and so many bytes of values. */
function file(header: unknown, bytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const whole = new Uint8Array(8 + json.length + bytes);
  new DataView(whole.buffer).setBigUint64(0, BigInt(json.length), true);
  whole.set(json, 8);
  return whole;
}
const float = (from: number, to: number, shape = [(to - from) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [from, to],
});

describe('safetensors', () => {
  it('keep tensors and metadata', () => {
    const read = readSafetensors(writeSafetensors(copy, { run: 'Träumerei' }));
    expect(read).toEqual({ tensors: copy, metadata: { run: 'Träumerei' } });
  });

  it('are laid out as the format says: length, JSON, aligned values without gaps', () => {
    const bytes = writeSafetensors(copy);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
    expect((8 + length) % 8).toBe(0);
    expect(header).toEqual({
      'a/steps': { dtype: 'I32', shape: [], data_offsets: [0, 4] },
      'b/kernel': { dtype: 'F32', shape: [2, 3], data_offsets: [4, 28] },
      empty: { dtype: 'F32', shape: [0, 4], data_offsets: [28, 28] },
    });
    expect(bytes.length).toBe(8 + length + 28);
  });

  it('are the same bytes whatever order the tensors came in', () => {
    const reversed = Object.fromEntries(Object.entries(copy).reverse());
    expect(writeSafetensors(reversed)).toEqual(writeSafetensors(copy));
  });

  it('read files that lie anywhere in memory', () => {
    const bytes = writeSafetensors(copy);
    const shifted = Buffer.alloc(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readSafetensors(shifted.subarray(3)).tensors).toEqual(copy);
  });

  it.each([
    ['nothing', new Uint8Array(3)],
    ['a header longer than the file', Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 127, 0])],
    ['a header that is not JSON', file('{"a":', 0)],
    ['a header that is a list', file([], 0)],
    ['another type', file({ a: { dtype: 'F16', shape: [2], data_offsets: [0, 4] } }, 4)],
    ['a shape that needs other bytes', file({ a: float(0, 8, [3]) }, 8)],
    ['negative sides', file({ a: float(0, 4, [-1]) }, 4)],
    ['a gap', file({ a: float(0, 4), b: float(8, 12) }, 12)],
    ['an overlap', file({ a: float(0, 8), b: float(4, 8) }, 8)],
    ['values cut off', file({ a: float(0, 8) }, 4)],
    ['bytes that belong to nothing', file({ a: float(0, 4) }, 8)],
    ['an entry of null', file({ a: null }, 0)],
  ])('refuse %s', (_name, bytes) => {
    expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(
      /^model\.safetensors is not a whole safetensors file/,
    );
  });
});
