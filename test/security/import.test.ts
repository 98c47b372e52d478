import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ground, reasonFor } from '../support/import-ground';
import { picture, rawPng, tar, writeTree, zip } from '../unit/engine/media/fixtures';

describe('importing hostile sources', () => {
  it('never follows a link in a folder, to a file or to a folder', async () => {
    const { root, run } = await ground();
    await symlink(join(root, 'secret/secret.png'), join(root, 'source/file.png'));
    await symlink(join(root, 'secret'), join(root, 'source/folder'));
    await symlink(join(root, 'source'), join(root, 'source/loop'));
    const outcome = await run('source');
    expect(outcome.items).toBe(1);
    expect(outcome.skipped.map(({ file }) => file)).toEqual(['file.png', 'folder', 'loop']);
    for (const { reason } of outcome.skipped) expect(reason).toContain('links are not followed');
  });

  it('never follows a link in a tar, and takes no device for a file', async () => {
    const { root, run } = await ground();
    const archive = await tar([
      { name: 'good.png', content: await picture(1) },
      { name: 'soft.png', type: 'symlink', linkname: '../secret/secret.png' },
      { name: 'hard.png', type: 'link', linkname: '/etc/passwd' },
      { name: 'zero.png', type: 'character-device', devmajor: 1, devminor: 5 },
    ]);
    await writeFile(join(root, 'x.tar'), archive);
    const outcome = await run('x.tar');
    expect(outcome.items).toBe(1);
    expect(outcome.skipped.map(({ file }) => file)).toEqual(['soft.png', 'hard.png', 'zero.png']);
  });

  it('refuses a link in a zip', async () => {
    const { root, run } = await ground();
    const link = new TextEncoder().encode('../secret/secret.png');
    await writeFile(
      join(root, 'x.zip'),
      zip({ 'good.png': await picture(1), 'link.png': [link, { os: 3, attrs: 0o120777 << 16 }] }),
    );
    expect(reasonFor(await run('x.zip'), 'link.png')).toContain('links are not followed');
  });

  const hostileNames = ['../evil.png', 'a/../../evil.png', '/evil.png', 'C:\\evil.png', '..\\evil.png', 'evil\0.png'];

  it.each(hostileNames)('refuses %j in a zip and imports the rest', async (name) => {
    const { root, run } = await ground();
    await writeFile(join(root, 'x.zip'), zip({ [name]: await picture(2), 'good.png': await picture(1) }));
    const outcome = await run('x.zip');
    expect(outcome.items).toBe(1);
    expect(outcome.skipped).toHaveLength(1);
    expect(outcome.skipped[0]!.reason).toMatch(/absolute|leads out|NUL/);
  });

  it.each(['../evil.png', '/evil.png', 'a/../../evil.png'])(
    'refuses %j in a tar and imports the rest',
    async (name) => {
      const { root, run } = await ground();
      await writeFile(
        join(root, 'x.tar.gz'),
        await tar(
          [
            { name, content: await picture(2) },
            { name: 'good.png', content: await picture(1) },
          ],
          true,
        ),
      );
      const outcome = await run('x.tar.gz');
      expect(outcome.items).toBe(1);
      expect(outcome.skipped).toHaveLength(1);
    },
  );

  const MEGABYTE = 1024 * 1024;
  const small = { ratio: 100, ratioFromBytes: MEGABYTE };

  it('skips a zip entry that would unpack to far more than it is', async () => {
    const { root, run } = await ground();
    await writeFile(
      join(root, 'x.zip'),
      zip({ 'bomb.png': new Uint8Array(8 * MEGABYTE), 'good.png': await picture(1) }),
    );
    const outcome = await run('x.zip', small);
    expect(outcome.items).toBe(1);
    expect(reasonFor(outcome, 'bomb.png')).toContain('zip bomb');
  });

  it('stops unpacking a zip entry that lies about its size', async () => {
    const { root, run } = await ground();
    const archive = Buffer.from(zip({ 'bomb.png': new Uint8Array(64 * MEGABYTE), 'good.png': await picture(1) }));
    archive.writeUInt32LE(5000, archive.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
    await writeFile(join(root, 'x.zip'), archive);
    const before = process.memoryUsage().rss;
    const outcome = await run('x.zip');
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * MEGABYTE);
    expect(outcome.items).toBe(1);
    expect(reasonFor(outcome, 'bomb.png')).toContain('damaged in the archive');
  });

  it('refuses a zip whose entries share one bomb between them', async () => {
    const { root, run } = await ground();
    const entries = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${i}.png`, new Uint8Array(MEGABYTE / 2)]),
    );
    await writeFile(join(root, 'x.zip'), zip(entries));
    await expect(run('x.zip', small)).rejects.toMatchObject({
      code: 'LIMIT',
      message: expect.stringContaining('x.zip'),
    });
  });

  it('refuses a tar.gz bomb without unpacking it', async () => {
    const { root, run } = await ground();
    await writeFile(
      join(root, 'x.tgz'),
      await tar([{ name: 'big.png', content: new Uint8Array(16 * MEGABYTE) }], true),
    );
    await expect(run('x.tgz', small)).rejects.toMatchObject({
      code: 'LIMIT',
      message: expect.stringContaining('zip bomb'),
    });
  });

  it('skips a gzipped IDX bomb', async () => {
    const { root, run } = await ground();
    const header = Buffer.from([0, 0, 8, 3, 0, 1, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28]);
    await writeFile(
      join(root, 'source/train-images-idx3-ubyte.gz'),
      gzipSync(Buffer.concat([header, new Uint8Array(16 * MEGABYTE)])),
    );
    const outcome = await run('source', small);
    expect(reasonFor(outcome, 'train-images-idx3-ubyte.gz')).toMatch(/zip bomb|announces more than so small a file/);
  });

  it('refuses more files than the limit', async () => {
    const { root, run } = await ground();
    await writeTree(root, Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`source/${i}.txt`, ''])));
    await expect(run('source', { entries: 10 })).rejects.toMatchObject({ code: 'LIMIT' });
  });

  it('skips a picture whose header promises more pixels than the limit', async () => {
    const { root, run } = await ground();
    const huge = rawPng({ width: 60_000, height: 60_000, depth: 8, colourType: 0 }, [new Uint8Array(100)]);
    const hugeBmp = Buffer.alloc(60);
    hugeBmp.write('BM', 'latin1');
    hugeBmp.writeUInt32LE(54, 10);
    hugeBmp.writeUInt32LE(40, 14);
    hugeBmp.writeInt32LE(2_000_000_000, 18);
    hugeBmp.writeInt32LE(2_000_000_000, 22);
    hugeBmp.writeUInt16LE(24, 28);
    await writeTree(root, { 'source/huge.png': huge, 'source/huge.bmp': hugeBmp });
    const outcome = await run('source');
    expect(outcome.items).toBe(1);
    expect(reasonFor(outcome, 'huge.png')).toContain('60000 × 60000 pixels, more than 100 million');
    expect(reasonFor(outcome, 'huge.bmp')).toContain('pixels, more than');
  });

  it('skips a picture file above the limit of bytes without reading it', async () => {
    const { root, run } = await ground();
    await writeTree(root, { 'source/large.png': Buffer.concat([await picture(2), new Uint8Array(3 * MEGABYTE)]) });
    const outcome = await run('source', { fileBytes: MEGABYTE });
    expect(reasonFor(outcome, 'large.png')).toContain('3 MB');
  });

  it('skips truncated, empty and mislabelled files, SVG that would read a file, and a pickle', async () => {
    const { root, run } = await ground();
    const jpeg = await picture(3, 'jpeg', 300, 300);
    await writeTree(root, {
      'source/cut.jpg': jpeg.subarray(0, jpeg.length / 2),
      'source/empty.png': '',
      'source/script.jpg': '#!/bin/sh\nrm -rf /',
      'source/drawing.png': `<svg xmlns="http://www.w3.org/2000/svg"><image href="file://${root}/secret/secret.png"/></svg>`,
      'source/data_batch_1': Buffer.from([0x80, 0x02, 0x7d]),
    });
    const outcome = await run('source');
    expect(outcome.items).toBe(1);
    expect(outcome.skipped.map(({ file }) => file).sort()).toEqual([
      'cut.jpg',
      'data_batch_1',
      'drawing.png',
      'empty.png',
      'script.jpg',
    ]);
    expect(reasonFor(outcome, 'drawing.png')).toContain('SVG');
  });

  it('is not held up by names as deep or lists as odd as they can be', async () => {
    const { root, run } = await ground();
    const deep = `${'a/'.repeat(20_000)}1.png`;
    const files = {
      [deep]: await picture(1),
      [`train_${'-'.repeat(50_000)}a/1.png`]: await picture(2),
      'labels.txt': Buffer.from(`a${' '.repeat(200_000)}b c`),
      'numbers.txt': Buffer.from(`${'1'.repeat(400)}x`),
      'labels.csv': Buffer.from(`file,label\n${'"'.repeat(100_001)}`),
    };
    await writeFile(join(root, 'x.zip'), zip(files));
    expect((await run('x.zip')).items).toBe(2);
  });

  it('writes no path of this machine into the dataset', async () => {
    const { root, run } = await ground();
    await mkdir(join(root, 'source/empty'));
    await run('source');
    const staging = join(root, 'staging');
    for (const file of ['dataset.json', 'items.jsonl'])
      expect(await readFile(join(staging, file), 'utf8')).not.toContain(root);
  });
});
