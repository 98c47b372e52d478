import { describe, expect, it } from 'vitest';
import { preprocessingSchema } from '../../../../shared/specs';
import { sharp } from '../../../../main/engine/media/kinds/picture/sharp';
import { readItem } from '../../../../main/engine/studio/items';

const signal = { kind: 'picture', height: 16, width: 16, channels: 3 } as const;
const inputOf = (preprocessing: object) => ({ signal, preprocessing: preprocessingSchema.parse(preprocessing) });

describe('a picture file that a model reads', () => {
  it('comes to the model as it came to its dataset: over that background, cropped or whole', async () => {
    const half = Uint8Array.from({ length: 16 * 32 * 4 }, (_, i) => (i % 4 === 3 ? 0 : 90)); // wholly transparent
    const bytes = await sharp(half, { raw: { width: 32, height: 16, channels: 4 } })
      .png()
      .toBuffer();
    const read = async (preprocessing: object) =>
      new Set((await readItem({ kind: 'file', name: 'a.png', bytes }, inputOf(preprocessing))).item);
    expect(await read({})).toEqual(new Set([255]));
    expect(await read({ background: 'black' })).toEqual(new Set([0]));
    expect(await read({ fit: 'contain', background: 'grey' })).toEqual(new Set([128]));
    const white = await sharp(new Uint8Array(16 * 32 * 3).fill(255), { raw: { width: 32, height: 16, channels: 3 } })
      .png()
      .toBuffer();
    const source = { kind: 'file', name: 'b.png', bytes: white } as const;
    const contained = await readItem(source, inputOf({ fit: 'contain', background: 'black' }));
    expect(contained.item[0]).toBe(0);
    expect(contained.item[8 * 16 * 3]).toBe(255);
    expect(new Set((await readItem(source, inputOf({ background: 'black' }))).item)).toEqual(new Set([255]));
  });
});
