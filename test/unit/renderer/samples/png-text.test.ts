import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { crc32, withText } from '@/features/samples/png-text';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the checksum of a PNG chunk', () => {
  it('is that of the specification’s own end chunk, and of the check word of CRC-32', () => {
    expect(crc32(ascii('IEND'))).toBe(0xae426082);
    expect(crc32(ascii('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('text in a PNG', () => {
  let png: Uint8Array;
  beforeAll(async () => {
    png = await sharp({ create: { width: 5, height: 3, channels: 3, background: '#c04020' } })
      .png()
      .toBuffer();
  });

  it('is read back by another reader, and the picture is the same', async () => {
    const tagged = withText(png, 'tessera', '{"seed":3}');
    const { comments } = await sharp(tagged).metadata();
    expect(comments).toEqual([{ keyword: 'tessera', text: '{"seed":3}' }]);
    const [before, after] = await Promise.all([png, tagged].map((file) => sharp(file).raw().toBuffer()));
    expect(after).toEqual(before);
  });

  it('is refused where it would not be Latin-1, and in what is no PNG', () => {
    expect(() => withText(png, 'tessera', '猫')).toThrow('猫');
    expect(() => withText(ascii('GIF89a'), 'tessera', 'x')).toThrow('PNG');
    expect(() => withText(png, '', 'x')).toThrow('keyword');
  });
});
