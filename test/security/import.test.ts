import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors';
import { importDataset, type ImportOutcome, type ImportRequest } from '../../main/engine/media';
import {
  picture,
  rawPng,
  optionsOf,
  tar,
  temporaryDirectory,
  tiff,
  writeTree,
  zip,
} from '../unit/engine/media/fixtures';

interface Ground {
  /** Everything this test may touch. */
  root: string;
  run(source: string, limits?: ImportRequest['limits']): Promise<ImportOutcome>;
}

/** A folder with a secret picture outside what is imported, and a check that nothing appears outside staging. */
async function ground(): Promise<Ground> {
  const root = await temporaryDirectory();
  await writeTree(root, { 'secret/secret.png': await picture(99), 'source/good.png': await picture(1) });
  return {
    root,
    async run(source, limits) {
      const staging = join(root, 'staging');
      const before = await listAll(root, 'staging');
      try {
        return await importDataset({
          sources: [join(root, source)],
          staging,
          options: optionsOf(),
          ...(limits ? { limits } : {}),
        });
      } finally {
        expect(await listAll(root, 'staging')).toEqual(before);
      }
    },
  };
}

async function listAll(root: string, except: string): Promise<string[]> {
  return (await readdir(root, { recursive: true })).filter((path) => !path.startsWith(except)).sort();
}

const reasonFor = (outcome: ImportOutcome, file: string): string | undefined =>
  outcome.skipped.find((skipped) => skipped.file === file)?.reason;

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

  it('skips an entry whose bytes were changed in the archive', async () => {
    const { root, run } = await ground();
    const content = await picture(5, 'png', 64, 64);
    const archive = Buffer.from(zip({ 'bad.png': [content, { level: 0 }], 'good.png': await picture(1) }));
    const at = archive.indexOf(Buffer.from(content.subarray(0, 16)));
    archive[at + 60]! ^= 0xff;
    await writeFile(join(root, 'x.zip'), archive);
    expect(reasonFor(await run('x.zip'), 'bad.png')).toContain('checksum');
  });

  it('writes no path of this machine into the dataset', async () => {
    const { root, run } = await ground();
    await mkdir(join(root, 'source/empty'));
    await run('source');
    const staging = join(root, 'staging');
    for (const file of ['dataset.json', 'items.jsonl'])
      expect(await readFile(join(staging, file), 'utf8')).not.toContain(root);
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
