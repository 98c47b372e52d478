import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { crc32, withPngText } from '../../../../shared/formats/png-text';

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
    const tagged = withPngText(png, 'tessera', '{"seed":3}');
    const { comments } = await sharp(tagged).metadata();
    expect(comments).toEqual([{ keyword: 'tessera', text: '{"seed":3}' }]);
    const [before, after] = await Promise.all([png, tagged].map((file) => sharp(file).raw().toBuffer()));
    expect(after).toEqual(before);
  });

  it('is UTF-8 where Latin-1 has not its characters', async () => {
    const { comments } = await sharp(withPngText(png, 'tessera', '{"name":"猫"}')).metadata();
    expect(comments).toEqual([{ keyword: 'tessera', text: '{"name":"猫"}' }]);
  });

  it('is refused in what is no PNG, and under no keyword', () => {
    expect(() => withPngText(ascii('GIF89a'), 'tessera', 'x')).toThrow('PNG');
    expect(() => withPngText(png, '', 'x')).toThrow('keyword');
  });
});
