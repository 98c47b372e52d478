import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors';
import type { ImportOutcome } from '../../main/engine/media';
import { ground, reasonFor } from '../support/import-ground';
import { picture, tar, tiff, zip } from '../unit/engine/media/fixtures';

describe('importing damaged sources', () => {
  it('refuses a zip that is cut off or garbage, naming it, and writes no manifest', async () => {
    const { root, run } = await ground();
    const whole = zip({ 'a.png': await picture(1), 'b.png': await picture(2) });
    await writeFile(join(root, 'cut.zip'), whole.subarray(0, whole.length - 30));
    await expect(run('cut.zip')).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('cut.zip'),
    });
    const archive = await tar([{ name: 'a.png', content: await picture(1, 'png', 200, 200) }], true);
    await writeFile(join(root, 'cut.tgz'), archive.subarray(0, archive.length - 200));
    await expect(run('cut.tgz')).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('cut.tgz'),
    });
    expect(await readdir(join(root, 'staging')).catch(() => [])).not.toContain('dataset.json');
  });

  it('refuses an archive that ends anywhere too early, saying that it is damaged, or imports it whole', async () => {
    const { root, run } = await ground();
    const entries = [
      { name: 'a/1.png', content: await picture(1) },
      { name: 'b/2.png', content: await picture(2) },
    ];
    const whole: Record<string, Uint8Array> = {
      'x.tar': await tar(entries),
      'x.tar.gz': await tar(entries, true),
      'x.zip': zip(Object.fromEntries(entries.map(({ name, content }) => [name, content]))),
    };
    for (const [name, bytes] of Object.entries(whole)) {
      for (const length of new Set([
        0,
        1,
        2,
        3,
        4,
        10,
        17,
        19,
        20,
        40,
        100,
        300,
        511,
        512,
        600,
        1024,
        1536,
        bytes.length - 1,
      ])) {
        if (length >= bytes.length) continue;
        await writeFile(join(root, name), bytes.subarray(0, length));
        const outcome = await run(name).catch((thrown: unknown) => thrown);
        await rm(join(root, 'staging'), { recursive: true, force: true });
        if (outcome instanceof AppError) {
          expect(outcome.message, `${name} cut at ${length}`).toMatch(/is damaged or was cut off/);
          expect(outcome.hint).toBe('Download or pack it again.');
        } else {
          // the end of a tar is all zeros: what stands before it may be whole
          const { items, notes } = outcome as ImportOutcome;
          expect(name).toBe('x.tar');
          if (items < 2) expect(notes.join()).toContain('it may have been cut off');
        }
      }
    }
  });

  it('reads or refuses pictures of every format whatever was changed in them', async () => {
    const { root, run } = await ground();
    const files: Record<string, Uint8Array> = {
      tif: tiff([{ width: 16, height: 16, bits: 32, kind: 3, data: new Uint8Array(1024) }]),
      gif: await picture(2, 'gif'),
      webp: await picture(3, 'webp'),
      ppm: Buffer.concat([Buffer.from('P6 16 16 255 '), new Uint8Array(768)]),
    };
    const random = (at: number): number => Math.abs(Math.imul(at + 1, 0x9e3779b1) ^ (at >>> 3)) % 65521;
    for (const [ending, bytes] of Object.entries(files)) {
      for (let i = 0; i < 40; i++) {
        const damaged = Buffer.from(bytes);
        for (let k = 0; k < 3; k++)
          damaged[random(i * 7 + k) % Math.min(damaged.length, 200)] = random(i * 13 + k) % 256;
        await writeFile(
          join(root, 'source', `${i}.${ending}`),
          damaged.subarray(0, i % 3 === 0 ? random(i) % damaged.length : damaged.length),
        );
      }
    }
    const { items, skippedCount } = await run('source');
    expect(items + skippedCount).toBe(161);
  });

  it('skips an entry whose bytes were changed in the archive', async () => {
    const { root, run } = await ground();
    const content = await picture(5, 'png', 64, 64);
    const archive = Buffer.from(zip({ 'bad.png': [content, { level: 0 }], 'good.png': await picture(1) }));
    const at = archive.indexOf(Buffer.from(content.subarray(0, 16)));
    archive[at + 60]! ^= 0xff;
    await writeFile(join(root, 'x.zip'), archive);
    expect(reasonFor(await run('x.zip'), 'bad.png')).toContain('checksum');
  });

  it('survives a deflate stream that never was one', async () => {
    const { root, run } = await ground();
    const archive = Buffer.from(
      zip({ 'bad.png': new Uint8Array(3000).map((_, i) => i % 251), 'good.png': await picture(1) }),
    );
    archive.fill(0xff, 40, 120);
    await writeFile(join(root, 'x.zip'), archive);
    const outcome = await run('x.zip');
    expect(outcome.items).toBe(1);
    expect(reasonFor(outcome, 'bad.png')).toContain('damaged in the archive');
  });
});
