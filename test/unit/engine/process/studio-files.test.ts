import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../../../main/engine/formats/npz';
import { sharp } from '../../../../main/engine/media/kinds/picture/sharp';
import { type Checkpoint, type StudioUnderTest, codes, grid4, indicesOf, openStudio } from './studio-under-test';

let under: StudioUnderTest;
let peer: StudioUnderTest['studio']['peer'];
let model: Checkpoint;
beforeAll(async () => {
  under = await openStudio();
  ({ model } = under);
  ({ peer } = under.studio);
}, 120_000);
afterAll(() => under?.close());

describe('the studio process with files', () => {
  it('saves a latent and opens it again', async () => {
    const { latent } = await peer.request('studio.encode', { ...model, picture: under.item(3) });
    const { fileName, bytes } = await peer.request('studio.saveLatent', {
      ...model,
      latent,
      name: 'disc/003.png',
    });
    expect(fileName).toBe('disc_003.npz');
    expect(readNpz(bytes).arrays.indices).toMatchObject({ shape: [4, 4], data: indicesOf(latent) });
    const opened = await peer.request('studio.openLatent', { ...model, bytes, anyWeights: false });
    expect(opened).toMatchObject({ name: 'disc/003.png', latent, sameWeights: true });
    expect(opened.picture).toEqual((await peer.request('studio.decode', { ...model, latent })).picture);
  });

  it('refuses a latent of other weights, until it is insisted on', async () => {
    const other = await under.trainAnother();
    const latent = codes(new Int32Array(16));
    const { bytes } = await peer.request('studio.saveLatent', { ...other, latent, name: 'foreign' });
    await expect(peer.request('studio.openLatent', { ...model, bytes, anyWeights: false })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('“second”'),
    });
    expect(await peer.request('studio.openLatent', { ...model, bytes, anyWeights: true })).toMatchObject({
      sameWeights: false,
      latent,
    });
  });

  it('turns a folder of pictures into one file of latents, and that into pictures', async () => {
    const out = path.join(under.place.folder, 'latents', 'discs.npz');
    await writeFile(path.join(under.place.pictures, 'disc', 'readme.txt'), 'not a picture');
    const encoded = await peer.request('studio.encodeFiles', {
      ...model,
      sources: [path.join(under.place.pictures, 'disc')],
      out,
    });
    expect(encoded).toMatchObject({
      files: [out],
      skipped: [{ file: expect.stringContaining('readme.txt') as string }],
      skippedCount: 1,
    });
    expect(readNpz(await readFile(out)).arrays.indices?.shape).toEqual([20, 4, 4]);

    const directory = path.join(under.place.folder, 'decoded');
    const decoded = await peer.request('studio.decodeFile', { ...model, source: out, directory });
    expect(decoded.files).toHaveLength(20);
    expect((await readdir(directory)).sort()).toEqual(decoded.files.map((file) => path.basename(file)).sort());
    const { reconstruction } = await peer.request('studio.encode', { ...model, picture: under.item(3) });
    const { data } = await sharp(path.join(directory, '003.png')).raw().toBuffer({ resolveWithObject: true });
    expect(new Uint8Array(data)).toEqual(reconstruction.data);
  });

  it('refuses a named file that is no picture, and writes nothing', async () => {
    const out = path.join(under.place.folder, 'none.npz');
    const sources = [path.join(under.place.pictures, 'disc', 'readme.txt')];
    await expect(peer.request('studio.encodeFiles', { ...model, sources, out })).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('readme.txt'),
    });
    await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('exports the checkpoint', async () => {
    const directory = path.join(under.place.folder, 'export');
    const { files, path: written } = await peer.request('studio.export', {
      ...model,
      format: 'safetensors',
      directory,
    });
    expect(written).toBe(directory);
    expect(files.length).toBeGreaterThan(0);
  });

  it('plans a run without training it', async () => {
    const { spec, signal } = JSON.parse(await readFile(path.join(model.runDirectory, 'run.json'), 'utf8')) as never;
    expect(await peer.request('studio.plan', { spec, signal })).toMatchObject({
      latent: grid4,
      bitsPerItem: 64,
    });
  });
});
