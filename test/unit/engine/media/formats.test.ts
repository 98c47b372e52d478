import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors';
import { openBmp, probe, sniff } from '../../../../main/engine/media/kinds/picture/formats';
import { bmp, picture } from './fixtures';

const LIMIT = 1_000_000;

describe('sniff', () => {
  it.each(['png', 'jpeg', 'webp', 'gif', 'tiff'] as const)('knows %s by its content', async (format) => {
    expect(sniff(await picture(1, format))).toEqual({ format });
  });

  it('names what else people keep beside pictures', () => {
    expect(sniff(new Uint8Array())).toEqual({ other: 'it is empty' });
    expect(sniff(Buffer.from('BMW is a car maker, and this is text'))).toEqual({ other: 'not an image but text' });
    expect(sniff(Buffer.of(0x80, 0x02, 0x7d))).toMatchObject({ other: expect.stringContaining('pickle') });
    expect(sniff(Buffer.from('PK\x03\x04 zip'))).toMatchObject({ other: expect.stringContaining('archive') });
  });

  it('never fails, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void sniff(bytes)));
  });
});

describe('probe', () => {
  it.each(['png', 'jpeg', 'webp', 'gif'] as const)('reads the size of a %s from its header', async (format) => {
    expect(probe(await picture(1, format, 33, 21), format)).toMatchObject({ width: 33, height: 21 });
  });

  it('gives no answer, and no error, for headers that are damaged', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'gif'] as const) {
      const file = await picture(1, format);
      fc.assert(
        fc.property(
          fc.nat(file.length - 1),
          fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }),
          (length, changes) => {
            const damaged = Buffer.from(file.subarray(0, length));
            for (const [at, byte] of changes) if (at < damaged.length) damaged[at] = byte;
            const found = probe(damaged, format);
            if (found !== null) expect(found.width * found.height).toBeGreaterThan(0);
          },
        ),
      );
    }
  });
});

describe('a bitmap', () => {
  const pixels = (file: Uint8Array): number[] => [...openBmp(file, LIMIT).decode().pixels];

  it('reads rows bottom first, and top first when the height is negative', () => {
    expect(
      pixels(
        bmp({ width: 1, height: 2, bits: 24 }, [
          [3, 2, 1],
          [6, 5, 4],
        ]),
      ),
    ).toEqual([4, 5, 6, 1, 2, 3]);
    expect(
      pixels(
        bmp({ width: 1, height: -2, bits: 24 }, [
          [3, 2, 1],
          [6, 5, 4],
        ]),
      ),
    ).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('reads 8, 4 and 1 bits through the palette', () => {
    const palette = [
      [1, 2, 3],
      [250, 251, 252],
    ];
    const both = [250, 251, 252, 1, 2, 3, 250, 251, 252];
    expect(pixels(bmp({ width: 3, height: 1, bits: 8, palette }, [[1, 0, 1]]))).toEqual(both);
    expect(pixels(bmp({ width: 3, height: 1, bits: 4, palette }, [[0x10, 0x10]]))).toEqual(both);
    expect(pixels(bmp({ width: 3, height: 1, bits: 1, palette }, [[0b10100000]]))).toEqual(both);
  });

  it('reads 32 bits without alpha and 16 bits as five each', () => {
    expect(pixels(bmp({ width: 1, height: 1, bits: 32 }, [[3, 2, 1, 0]]))).toEqual([1, 2, 3]);
    expect(pixels(bmp({ width: 1, height: 1, bits: 16 }, [[0x1f, 0x7c]]))).toEqual([255, 0, 255]);
  });

  it('refuses run-length packing with advice', () => {
    expect(() => pixels(bmp({ width: 1, height: 1, bits: 8, compression: 1, palette: [[0, 0, 0]] }, [[0]]))).toThrow(
      /uncompressed or as PNG/,
    );
  });

  it('refuses a huge size that the file does not back', () => {
    expect(() => pixels(bmp({ width: 30_000, height: 30_000, bits: 24 }, []))).toThrow(AppError);
    expect(() => openBmp(bmp({ width: 900, height: 900, bits: 24 }, []), LIMIT).decode()).toThrow(/cut off/);
  });

  it('either reads a damaged bitmap or says BAD_FILE or LIMIT', () => {
    const file = bmp({ width: 4, height: 3, bits: 4, palette: [[1, 2, 3]] }, [
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    fc.assert(
      fc.property(
        fc.nat(file.length),
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 8 }),
        (length, changes) => {
          const damaged = Buffer.from(file);
          for (const [at, byte] of changes) damaged[at] = byte;
          try {
            const { height, width, channels, pixels: read } = openBmp(damaged.subarray(0, length), LIMIT).decode();
            expect(read).toHaveLength(height * width * channels);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(AppError);
          }
        },
      ),
    );
  });
});
