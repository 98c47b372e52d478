import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitReader, BitWriter } from '../../../../main/engine/coding/bits';
import { ByteReader, ByteWriter } from '../../../../main/engine/coding/bytes';
import { AppError } from '../../../../shared/errors';
import { thrownBy } from './draws';

describe('bytes', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.nat(0xffffffff),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array(),
        (whole, word, text, raw) => {
          const writer = new ByteWriter();
          writer.whole(whole);
          writer.uint32(word);
          writer.text(text);
          writer.raw(raw);
          const reader = new ByteReader(writer.finish(), 'it');
          expect(reader.whole('a', { to: Number.MAX_SAFE_INTEGER })).toBe(whole);
          expect(reader.uint32('b')).toBe(word);
          expect(reader.text('c', 10_000)).toBe(text);
          expect(Array.from(reader.raw('d', raw.length))).toEqual(Array.from(raw));
          reader.end();
        },
      ),
    );
  });

  it('are refused naming the field, its byte and what was expected', () => {
    const writer = new ByteWriter();
    writer.byte(9);
    writer.whole(300);
    const bytes = writer.finish();
    const read = (work: (reader: ByteReader) => unknown) =>
      thrownBy(() => {
        const reader = new ByteReader(bytes, 'its header');
        reader.byte('the coder');
        work(reader);
      });
    expect(read((reader) => reader.whole('the width', { from: 1, to: 299 }))).toMatchObject({
      code: 'BAD_FILE',
      message:
        'This compressed file can’t be opened: the width (its header, byte 1) is 300, which is not from 1 to 299.',
    });
    expect(read((reader) => reader.uint32('the CRC'))).toMatchObject({
      message: expect.stringContaining('byte 1) is cut off'),
    });
    expect(read((reader) => reader.end())).toMatchObject({ message: expect.stringContaining('2 bytes too many') });
    expect(read((reader) => reader.text('the name', 1000))).toMatchObject({
      message: expect.stringContaining('is cut off'),
    });
  });

  it('have one spelling of a number', () => {
    for (const bytes of [
      [0x80, 0x00],
      [0xff, 0x80, 0x00],
      Array<number>(9).fill(0xff),
      [...Array<number>(7).fill(0xff), 0x7f],
    ])
      expect(
        thrownBy(() => new ByteReader(Uint8Array.from(bytes), 'it').whole('n', { to: Number.MAX_SAFE_INTEGER })),
      ).toMatchObject({
        code: 'BAD_FILE',
        message: expect.stringContaining('is not a number'),
      });
  });

  it('that are not UTF-8 are no text', () => {
    expect(thrownBy(() => new ByteReader(Uint8Array.of(2, 0xc3, 0x28), 'it').text('the name', 10))).toMatchObject({
      message: expect.stringContaining('is not UTF-8'),
    });
  });
});

describe('bits', () => {
  const pieces = fc.array(
    fc.nat(32).chain((count) => fc.tuple(fc.nat(2 ** count - 1), fc.constant(count))),
    { maxLength: 60 },
  );

  it('come back as they were written, in as many bytes as they need', () => {
    fc.assert(
      fc.property(pieces, (values) => {
        const writer = new BitWriter();
        for (const [value, count] of values) writer.write(value, count);
        const total = values.reduce((sum, [, count]) => sum + count, 0);
        expect(writer.length).toBe(total);
        const bytes = writer.finish();
        expect(bytes.length).toBe(Math.ceil(total / 8));
        const reader = new BitReader(bytes);
        for (const [value, count] of values) {
          if (count <= 24) expect(reader.peek(count)).toBe(value);
          expect(reader.read(count)).toBe(value);
        }
        reader.end();
      }),
    );
  });

  it('are not read beyond the end, nor left over', () => {
    const reader = new BitReader(Uint8Array.of(0b10100000));
    expect(reader.peek(24)).toBe(0b10100000 << 16);
    expect(reader.read(3)).toBe(0b101);
    expect(thrownBy(() => reader.read(6))).toBeInstanceOf(AppError);
    expect(thrownBy(() => reader.skip(6))).toBeInstanceOf(AppError);
    reader.end();
    expect(thrownBy(() => new BitReader(Uint8Array.of(1)).end())).toBeInstanceOf(AppError);
    expect(
      thrownBy(() => {
        const other = new BitReader(Uint8Array.of(0b10010000));
        other.read(3);
        other.end();
      }),
    ).toBeInstanceOf(AppError);
  });
});
