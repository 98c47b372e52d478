import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors';
import { readNpy, writeNpy, type NpyData } from '../../../../main/engine/formats/npy';
import { readNpz, writeNpz } from '../../../../main/engine/formats/npz';
import { parseNpyHeader, writeNpyText } from '../../../../main/engine/formats/npy';
import { asStreamed, npy, zip } from '../media/fixtures';

/** Written by NumPy 2.4's `savez_compressed`: images, labels (int64), scale (big-endian), fortran order, text, a single value. */
const FROM_NUMPY =
  'UEsDBC0AAAAIAAAAIQD1zwrZ//////////8KABQAaW1hZ2VzLm5weQEAEACMAAAAAAAAAFUAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKxjoKRpo6CrUK5AEuBkYmZhZWNnYOTi5uAFBLAwQtAAAACAAAACEAZ97/aP//////////CgAUAGxhYmVscy5ucHkBABAAkAAAAAAAAABKAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC5mBgj4DwUAUEsDBC0AAAAIAAAAIQCgYB8c//////////8JABQAc2NhbGUubnB5AQAQAIgAAAAAAAAATAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBul2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuewYGhgMCDAwAUEsDBC0AAAAIAAAAIQDKZHTi//////////8LABQAZm9ydHJhbi5ucHkBABAAmAAAAAAAAABUAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBakArkaRjoKxpo6CrUK5AMuBiBgBmJGIGYBYiYgZgViAFBLAwQtAAAACAAAACEAXfMIpv//////////BwAUAHJ1bi5ucHkBABAAmAAAAAAAAABUAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG4Taqauo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5Gpo6CrUKFAGuIgYGhm9AXALEqUCsAMSeOQwMAFBLAwQtAAAACAAAACEA7k4XI///////////BwAUAG9uZS5ucHkBABAAiAAAAAAAAABHAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5Gpo6CrUKFAEuBjCQcwAAUEsBAi0DLQAAAAgAAAAhAPXPCtlVAAAAjAAAAAoAAAAAAAAAAAAAAIABAAAAAGltYWdlcy5ucHlQSwECLQMtAAAACAAAACEAZ97/aEoAAACQAAAACgAAAAAAAAAAAAAAgAGRAAAAbGFiZWxzLm5weVBLAQItAy0AAAAIAAAAIQCgYB8cTAAAAIgAAAAJAAAAAAAAAAAAAACAARcBAABzY2FsZS5ucHlQSwECLQMtAAAACAAAACEAymR04lQAAACYAAAACwAAAAAAAAAAAAAAgAGeAQAAZm9ydHJhbi5ucHlQSwECLQMtAAAACAAAACEAXfMIplQAAACYAAAABwAAAAAAAAAAAAAAgAEvAgAAcnVuLm5weVBLAQItAy0AAAAIAAAAIQDuThcjRwAAAIgAAAAHAAAAAAAAAAAAAACAAbwCAABvbmUubnB5UEsFBgAAAAAGAAYASgEAADwDAAAAAA==';

const number32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const dataOf = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.int8Array({ maxLength: 40 }),
  fc.uint16Array({ maxLength: 40 }),
  fc.int32Array({ maxLength: 40 }),
  fc.float32Array({ maxLength: 40 }),
  fc.float64Array({ maxLength: 40 }),
) as fc.Arbitrary<NpyData>;

describe('npy', () => {
  it('reads back what it wrote, type and shape included', () => {
    fc.assert(
      fc.property(dataOf, (data) => {
        const shape = data.length % 2 === 0 ? [data.length / 2, 2] : [data.length];
        expect(readNpy(writeNpy({ shape, data }))).toEqual({ shape, data });
      }),
    );
  });

  it('begins elements at a multiple of 64 bytes, as the format asks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 20 }), (shape) => {
        const count = shape.reduce((product, side) => product * side, 1);
        fc.pre(count < 10_000);
        expect(parseNpyHeader(writeNpy({ shape, data: new Uint8Array(count) })).dataOffset % 64).toBe(0);
      }),
    );
  });

  it('refuses damaged bytes with BAD_FILE and nothing else', () => {
    const good = writeNpy({ shape: [2, 3], data: Int32Array.of(1, 2, 3, 4, 5, 6) });
    fc.assert(
      fc.property(
        fc.nat(good.length),
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 5 }),
        (length, changes) => {
          const damaged = good.slice(0, length);
          for (const [at, byte] of changes) if (at < length) damaged[at] = byte;
          expectOnlyAppErrors(() => readNpy(damaged));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('allocates nothing for a shape that the file does not back', () => {
    const lying = writeNpy({ shape: [4], data: new Uint8Array(4) });
    const text = Buffer.from(lying)
      .toString('latin1')
      .replace("'shape': (4,), }      ", "'shape': (4000000000,), }")
      .replace('(4,), } ', '(4000000000,), } ');
    expect(() => readNpy(Buffer.from(text, 'latin1'))).toThrow(AppError);
  });
});

describe('npz', () => {
  it('reads what NumPy wrote', () => {
    const { arrays, texts } = readNpz(Buffer.from(FROM_NUMPY, 'base64'));
    expect(arrays.images).toEqual({ shape: [2, 3, 2], data: Uint8Array.from({ length: 12 }, (_, i) => i) });
    expect(arrays.labels).toEqual({ shape: [2], data: Float64Array.of(3, -1) });
    expect(arrays.scale).toEqual({ shape: [2], data: Float32Array.of(0.5, -2.25) });
    expect(arrays.fortran).toEqual({ shape: [2, 3], data: Int32Array.of(0, 1, 2, 3, 4, 5) });
    expect(arrays.one).toEqual({ shape: [], data: Float64Array.of(7.5) });
    expect(texts).toEqual({ run: 'röte 汉' });
  });

  it('reads back arrays and texts, and writes the same bytes for the same content', () => {
    fc.assert(
      fc.property(
        fc.array(number32, { maxLength: 30 }),
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        (numbers, text) => {
          fc.pre(!text.includes('\0'));
          const content = {
            arrays: { indices: { shape: [numbers.length], data: Int32Array.from(numbers) } },
            texts: { run: text },
          };
          const bytes = writeNpz(content);
          expect(readNpz(bytes)).toEqual(content);
          expect(Buffer.from(writeNpz(content)).equals(Buffer.from(bytes))).toBe(true);
        },
      ),
    );
  });

  it('keeps an array named __proto__ an array', () => {
    const bytes = zip({ '__proto__.npy': writeNpy({ shape: [1], data: Uint8Array.of(7) }) });
    expect(Object.keys(readNpz(bytes).arrays)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).shape).toBeUndefined();
  });

  it('refuses more than the caller allows before unpacking it', () => {
    const bytes = writeNpz({ arrays: { zeros: { shape: [1_000_000], data: new Uint8Array(1_000_000) } } });
    expect(bytes.length).toBeLessThan(5000);
    expect(() => readNpz(bytes, 100_000)).toThrow(expect.objectContaining({ code: 'LIMIT' }));
  });

  it('refuses a size that deflate could never reach', () => {
    const bytes = Buffer.from(writeNpz({ arrays: { a: { shape: [1], data: Uint8Array.of(1) } } }));
    const directory = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    bytes.writeUInt32LE(400_000_000, directory + 24);
    expect(() => readNpz(bytes)).toThrow(expect.objectContaining({ code: 'BAD_FILE' }));
  });

  it('refuses damaged and random bytes with an AppError and nothing else', () => {
    const good = writeNpz({ arrays: { a: { shape: [3], data: Int32Array.of(1, 2, 3) } }, texts: { t: 'x' } });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const damaged = good.slice();
          for (const [at, byte] of changes) damaged[at] = byte;
          expectOnlyAppErrors(() => readNpz(damaged));
        },
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectOnlyAppErrors(() => readNpz(bytes))),
      { numRuns: 50 },
    );
  });
});

describe('a .npz of which one bit has changed', () => {
  const plain = { 'a.npy': writeNpy({ shape: [3], data: Int32Array.of(1, 2, 3) }), 'b.npy': writeNpyText('röte') };
  it.each([
    ['packed', writeNpz({ arrays: { a: { shape: [3], data: Int32Array.of(1, 2, 3) } }, texts: { t: 'x' } })],
    ['not packed', zip(plain, 0)],
    ['from NumPy', new Uint8Array(Buffer.from(FROM_NUMPY, 'base64'))],
    ['written as a stream, checksum and sizes behind the content', asStreamed(zip(plain))],
  ])('opens as it was or is refused as damaged: %s', (_, good) => {
    const whole = readNpz(good);
    let refused = 0;
    for (let bit = 0; bit < good.length * 8; bit += 3) {
      const damaged = good.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      try {
        expect(readNpz(damaged), `bit ${bit}`).toEqual(whole);
      } catch (thrown) {
        expect(thrown, `bit ${bit}`).toMatchObject({ code: 'BAD_FILE' });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(good.length);
  });

  it('names the array that is damaged', () => {
    const good = zip({ 'codes.npy': writeNpy({ shape: [3], data: Uint8Array.of(11, 12, 13) }) }, 0);
    good[Buffer.from(good).indexOf(Buffer.of(11, 12, 13))]! ^= 1;
    expect(() => readNpz(good)).toThrow(
      expect.objectContaining({ code: 'BAD_FILE', message: '“codes.npy” in it is damaged (its checksum is wrong).' }),
    );
  });
});

function expectOnlyAppErrors(work: () => unknown): void {
  try {
    work();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError);
  }
}

describe('64-bit integers', () => {
  it('are read exactly up to 2^53 either way, in both byte orders, and refused beyond', () => {
    const most = 2n ** 53n - 1n;
    const values = [0n, 5n, -1n, -(2n ** 32n), most, -most];
    const swapped = Buffer.from(BigInt64Array.from(values).buffer).swap64();
    for (const file of [npy('<i8', [6], BigInt64Array.from(values)), npy('>i8', [6], swapped)])
      expect([...readNpy(file).data]).toEqual(values.map(Number));
    expect([...readNpy(npy('<u8', [1], BigUint64Array.of(most))).data]).toEqual([Number(most)]);
    for (const beyond of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n])
      expect(() => readNpy(npy('<i8', [1], BigInt64Array.of(beyond)))).toThrow('beyond 2^53');
  });
});
