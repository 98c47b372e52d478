import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharp } from '../../../../main/engine/media/kinds/picture/sharp';
import { type Checkpoint, STEPS, type StudioUnderTest, codes, grid4, indicesOf, openStudio } from './studio-under-test';

let under: StudioUnderTest;
let peer: StudioUnderTest['studio']['peer'];
let model: Checkpoint;
beforeAll(async () => {
  under = await openStudio();
  ({ model } = under);
  ({ peer } = under.studio);
}, 120_000);
afterAll(() => under?.close());

describe('the studio process', () => {
  it('opens a checkpoint and says what it is', async () => {
    const info = await peer.request('studio.open', model);
    expect(info).toMatchObject({ run: 'first', step: STEPS, latent: grid4 });
    expect(info.signal).toEqual({ kind: 'picture', height: 16, width: 16, channels: 3 });
    await expect(peer.request('studio.open', { ...model, step: 7 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('encodes an item and decodes its codes to the very same reconstruction', async () => {
    const encoded = await peer.request('studio.encode', { ...model, picture: under.item(3) });
    expect(encoded.name).toBe('disc/003.png');
    expect(encoded.original.data).toEqual(await under.pixelsOf(3));
    expect(indicesOf(encoded.latent)).toHaveLength(16);
    const decoded = await peer.request('studio.decode', { ...model, latent: encoded.latent });
    expect(decoded.picture).toEqual(encoded.reconstruction);
    expect(decoded.step).toBe(STEPS);
  });

  it('encodes a dropped file like the item that was made from it', async () => {
    const bytes = new Uint8Array(await readFile(path.join(under.place.pictures, 'disc', '003.png')));
    const picture = { kind: 'file' as const, name: 'mine.png', bytes };
    const dropped = await peer.request('studio.encode', { ...model, picture });
    const { latent } = await peer.request('studio.encode', { ...model, picture: under.item(3) });
    expect(dropped.name).toBe('mine.png');
    expect(dropped.latent).toEqual(latent);
  });

  it('brings a file of another size, colour and format to the model’s shape', async () => {
    const bytes = await sharp({ create: { width: 50, height: 31, channels: 3, background: '#336699' } })
      .greyscale()
      .webp()
      .toBuffer();
    const picture = { kind: 'file' as const, name: 'wide.webp', bytes: new Uint8Array(bytes) };
    const { original } = await peer.request('studio.encode', { ...model, picture });
    expect(original).toMatchObject({ count: 1, signal: { height: 16, width: 16, channels: 3 } });
  });

  it('refuses a file that is no picture by its name', async () => {
    const picture = { kind: 'file' as const, name: 'notes.png', bytes: new TextEncoder().encode('not a picture') };
    await expect(peer.request('studio.encode', { ...model, picture })).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('notes.png'),
    });
  });

  it('refuses an item that there isn’t', async () => {
    await expect(peer.request('studio.encode', { ...model, picture: under.item(9999) })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it.each([
    [16, 'code 16'],
    [-1, 'code -1'],
  ])('refuses the index %i, naming it and the limit', async (index, named) => {
    const latent = codes(new Int32Array(16).fill(index, 6, 7));
    await expect(peer.request('studio.decode', { ...model, latent })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(new RegExp(`${named} .*row 2, column 3.* 0 to 15`)),
    });
  });

  it('refuses a latent of another size', async () => {
    const latent = codes(new Int32Array(8));
    await expect(peer.request('studio.decode', { ...model, latent })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'latent',
    });
  });

  it('shows each code as the middle of what a grid of it decodes to', async () => {
    const { tiles } = await peer.request('studio.palette', { ...model, layer: 0 });
    expect(tiles).toMatchObject({ count: 16, signal: { height: 8, width: 8, channels: 3 } });
    const latent = codes(new Int32Array(16).fill(5));
    const { picture } = await peer.request('studio.decode', { ...model, latent });
    const centre = Array.from({ length: 8 }, (_, row) => [
      ...picture.data.subarray(((4 + row) * 16 + 4) * 3, ((4 + row) * 16 + 12) * 3),
    ]).flat();
    expect([...tiles.data.subarray(5 * 8 * 8 * 3, 6 * 8 * 8 * 3)]).toEqual(centre);
  });
});
