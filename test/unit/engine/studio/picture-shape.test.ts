import { describe, expect, it } from 'vitest';
import { preprocessingSchema, type RunManifest } from '../../../../shared/specs';
import { sharp } from '../../../../main/engine/media/sharp';
import { pictureShapeOf, readPicture } from '../../../../main/engine/studio/pictures';

const signal = { kind: 'picture', height: 16, width: 16, channels: 3 } as const;
const shapeOf = (preprocessing: object) =>
  pictureShapeOf({ manifest: { signal, preprocessing: preprocessingSchema.parse(preprocessing) } as RunManifest });

describe('a picture file that a model reads', () => {
  it('comes to the model as it came to its dataset: over that background, cropped or whole', async () => {
    const half = Uint8Array.from({ length: 16 * 32 * 4 }, (_, i) => (i % 4 === 3 ? 0 : 90)); // wholly transparent
    const bytes = await sharp(half, { raw: { width: 32, height: 16, channels: 4 } })
      .png()
      .toBuffer();
    const read = async (preprocessing: object) =>
      new Set((await readPicture({ kind: 'file', name: 'a.png', bytes }, shapeOf(preprocessing))).pixels);
    expect(await read({})).toEqual(new Set([255]));
    expect(await read({ background: 'black' })).toEqual(new Set([0]));
    expect(await read({ fit: 'contain', background: 'grey' })).toEqual(new Set([128]));
    const white = await sharp(new Uint8Array(16 * 32 * 3).fill(255), { raw: { width: 32, height: 16, channels: 3 } })
      .png()
      .toBuffer();
    const source = { kind: 'file', name: 'b.png', bytes: white } as const;
    const contained = await readPicture(source, shapeOf({ fit: 'contain', background: 'black' }));
    expect(contained.pixels[0]).toBe(0);
    expect(contained.pixels[8 * 16 * 3]).toBe(255);
    expect(new Set((await readPicture(source, shapeOf({ background: 'black' }))).pixels)).toEqual(new Set([255]));
  });
});
