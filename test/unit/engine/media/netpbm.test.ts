import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors';
import { openNetpbm } from '../../../../main/engine/media/kinds/picture/formats';
import { folderOf, runImport } from './importing';

const file = (header: string, ...data: number[]): Uint8Array =>
  Buffer.concat([Buffer.from(header, 'latin1'), Buffer.from(data)]);
const read = (bytes: Uint8Array): { width: number; height: number; channels: number; pixels: number[] } => {
  const raw = openNetpbm(bytes, 1e6).decode();
  return { ...raw, pixels: [...raw.pixels] };
};

describe('a Netpbm picture', () => {
  it.each<[string, Uint8Array, number, number[]]>([
    ['P1, bits in text, also without spaces', file('P1\n# a comment\n3 2\n1 0 1\n010'), 1, [0, 255, 0, 255, 0, 255]],
    ['P2, numbers in text', file('P2 3 1 15\n0 15 # white\n3'), 1, [0, 255, 51]],
    ['P3, colours in text', file('P3\n2 1\n255\n1 2 3  4 5 6'), 3, [1, 2, 3, 4, 5, 6]],
    [
      'P4, eight pixels a byte, rows padded',
      file('P4\n9 2\n', 0b10000000, 0b10000000, 0b01111111, 0),
      1,
      [...[0, 255, 255, 255, 255, 255, 255, 255, 0], ...[255, 0, 0, 0, 0, 0, 0, 0, 255]],
    ],
    ['P5', file('P5\n2 2\n255\n', 1, 2, 3, 4), 1, [1, 2, 3, 4]],
    ['P5 of 100 levels', file('P5 2 1 100\n', 100, 50), 1, [255, 128]],
    ['P5 of 16 bits', file('P5\n3 1\n65535\n', 0, 0, 1, 1, 255, 255), 1, [0, 1, 255]],
    ['P6', file('P6\n#c\n1 2\n255\n', 1, 2, 3, 4, 5, 6), 3, [1, 2, 3, 4, 5, 6]],
    [
      'P7, PAM with alpha',
      file('P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n', 9, 8, 7, 6),
      4,
      [9, 8, 7, 6],
    ],
    ['a first picture of several', file('P5 1 1 255\n', 7, ...Buffer.from('P5 1 1 255\n'), 8), 1, [7]],
  ])('is read: %s', (_, bytes, channels, pixels) => {
    expect(read(bytes)).toMatchObject({ channels, pixels });
  });

  it('is an item like any other', async () => {
    const ramp = Array.from({ length: 256 }, (_, i) => i);
    const root = await folderOf({
      'a.pgm': file('P5\n16 16\n255\n', ...ramp),
      'b.ppm': file('P6\n16 16\n255\n', ...ramp.flatMap((v) => [v, 0, v])),
    });
    const { outcome, manifest } = await runImport([root]);
    expect(outcome).toMatchObject({ items: 2, skippedCount: 0 });
    expect(manifest).toMatchObject({ signal: { height: 16, width: 16, channels: 3 } });
  });

  it('is refused with a reason where it is cut off, huge or nonsense', () => {
    for (const bytes of [
      file('P5\n9 9\n255\n', 1),
      file('P2 2 2 255\n1 2 3'),
      file('P6'),
      file('P5 30000 30000 255\n'),
      file('P5 2 x 255\n'),
      file('P5 1 1 70000\n', 1, 1),
      file('P5 0 1 255\n'),
      file('P3 1 1 255\nabc'),
    ])
      expect(() => read(bytes)).toThrow(AppError);
  });

  it('either is read or refused, whatever was changed in it', () => {
    const whole = [
      file('P3\n2 2\n255\n1 2 3 4 5 6 7 8 9 10 11 12'),
      file('P6\n2 2\n255\n', ...Array(12).keys()),
      file('P4 9 2\n', 1, 2, 3, 4),
      file('P7\nWIDTH 2\nHEIGHT 1\nDEPTH 2\nMAXVAL 65535\nENDHDR\n', ...Array(8).keys()),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.nat(60),
        fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }),
        (bytes, length, changes) => {
          const damaged = Buffer.from(bytes.subarray(0, length));
          for (const [at, byte] of changes) if (at < damaged.length) damaged[at] = byte;
          try {
            const { width, height, channels, pixels } = read(damaged);
            expect(pixels).toHaveLength(width * height * channels);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(AppError);
          }
        },
      ),
    );
  });
});
