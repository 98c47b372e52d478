import { describe, expect, it } from 'vitest';
import { MessageWriter } from '../../../../main/engine/formats/protobuf';

const bytes = (write: (writer: MessageWriter) => unknown) => {
  const writer = new MessageWriter();
  write(writer);
  return [...writer.finish()];
};

// Expected bytes: the examples of the protocol-buffer encoding guide, and two's complement for negative numbers.
describe('the wire format', () => {
  it('writes integers in seven bits a byte, lowest first', () => {
    expect(bytes((w) => w.integer(1, 150))).toEqual([0x08, 0x96, 0x01]);
    expect(bytes((w) => w.integer(1, 0))).toEqual([0x08, 0x00]);
    expect(bytes((w) => w.integer(2, -1))).toEqual([0x10, ...Array<number>(9).fill(0xff), 0x01]);
    expect(bytes((w) => w.integer(16, 2n ** 40n))).toEqual([0x80, 0x01, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]);
  });

  it('writes text, nested messages, floats and packed numbers', () => {
    expect(bytes((w) => w.bytes(2, 'testing'))).toEqual([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
    expect(bytes((w) => w.message(3, (inner) => inner.integer(1, 150)))).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
    expect(bytes((w) => w.float(4, 1))).toEqual([0x25, 0, 0, 0x80, 0x3f]);
    expect(bytes((w) => w.packedIntegers(6, [3, 270, 86942]))).toEqual([
      0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05,
    ]);
    expect(bytes((w) => w.packedFloats(5, [1, -2]))).toEqual([0x2a, 0x08, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });
});
