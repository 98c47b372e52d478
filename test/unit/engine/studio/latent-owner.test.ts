import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLatentOwner } from '../../../../main/engine/studio/latent-file';
import { writeNpz } from '../../../../main/engine/formats/npz';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-latent-'));
  file = path.join(folder, 'rose.npz');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const indices = { shape: [2], data: Int32Array.of(1, 2) };
const latent = writeNpz({
  arrays: { indices },
  texts: { meta: JSON.stringify({ run: 'flowers', step: 5, other: 1 }) },
});

describe('the owner of a latent file', () => {
  it('is the run and step that its meta names', async () => {
    await writeFile(file, latent);
    expect(await readLatentOwner(file)).toEqual({ run: 'flowers', step: 5 });
  });

  it('is nobody where there is no meta, or none that names a run', async () => {
    for (const bytes of [writeNpz({ arrays: { indices } }), zipSync({ 'meta.npy': Uint8Array.of(1, 2, 3) })]) {
      await writeFile(file, bytes);
      expect(await readLatentOwner(file)).toBeNull();
    }
  });

  it('is never another for a changed bit: the file is refused by name', async () => {
    for (let bit = 0; bit < latent.length * 8; bit += 7) {
      const damaged = latent.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      await writeFile(file, damaged);
      await readLatentOwner(file).then(
        (owner) => expect(owner, `bit ${bit}`).toEqual({ run: 'flowers', step: 5 }),
        (thrown: unknown) =>
          expect(thrown, `bit ${bit}`).toMatchObject({
            code: 'BAD_FILE',
            message: expect.stringContaining('rose.npz: '),
            hint: 'Copy or download the file again.',
          }),
      );
    }
  });

  it('is not sought in what is no archive', async () => {
    await writeFile(file, 'hello');
    await expect(readLatentOwner(file)).rejects.toMatchObject({ code: 'BAD_FILE' });
  });
});
