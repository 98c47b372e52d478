import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPack } from '../../../../main/engine/media';
import { countFrames, readTiff } from '../../../../main/engine/media/kinds/picture/formats';
import { sharp } from '../../../../main/engine/media/kinds/picture/sharp';
import { picture, rawPng, tar, tiff } from './fixtures';
import { classOf, folderOf, runImport, type Imported } from './importing';

const levels = [30, 120, 220];
const page = (level: number, more: Partial<Parameters<typeof tiff>[0][number]> = {}) => ({
  ...{ width: 16, height: 16, bits: 8, kind: 1 as const, data: new Uint8Array(256).fill(level) },
  ...more,
});
const pages = tiff(levels.map((level) => page(level)));
const solid = (level: number): Promise<Buffer> =>
  sharp({ create: { width: 16, height: 16, channels: 3, background: { r: level, g: 0, b: 0 } } })
    .png()
    .toBuffer();
const animation = async (format: 'gif' | 'webp'): Promise<Uint8Array> => {
  const joined = sharp(await Promise.all(levels.map(solid)), { join: { animated: true } });
  return format === 'gif' ? joined.gif().toBuffer() : joined.webp({ lossless: true }).toBuffer();
};
const apng = (): Uint8Array => {
  const control = Buffer.alloc(8);
  control.writeUInt32BE(4, 0);
  return rawPng(
    { width: 16, height: 16, depth: 8, colourType: 0 },
    Array<Uint8Array>(16).fill(new Uint8Array(16).fill(9)),
    [['acTL', control]],
  );
};
const firstBytes = ({ staging, lines }: Imported): number[] => {
  const pack = openPack(staging);
  const bytes = lines.map((_, i) => pack.readItem(i)[0]!);
  pack.close();
  return bytes;
};

describe('pages and frames', () => {
  it('are counted: pages of a TIFF without its thumbnails, frames of GIF, WebP and PNG', async () => {
    expect(countFrames(pages, 'tiff')).toEqual({ count: 3, pages: [0, 1, 2] });
    expect(countFrames(tiff([page(1), page(2, { subfile: 1 }), page(3)]), 'tiff')).toEqual({ count: 2, pages: [0, 2] });
    expect(countFrames(await animation('gif'), 'gif').count).toBe(3);
    expect(countFrames(await animation('webp'), 'webp').count).toBe(3);
    expect(countFrames(apng(), 'png')).toEqual({ count: 4, pages: [0] });
    for (const format of ['png', 'gif', 'webp', 'tiff'] as const)
      expect(countFrames(await picture(1, format), format).count).toBe(1);
  });

  it('are never a failure, whatever the damage', async () => {
    const files = [
      { format: 'tiff', bytes: pages },
      { format: 'gif', bytes: await animation('gif') },
      { format: 'webp', bytes: await animation('webp') },
      { format: 'png', bytes: apng() },
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat(2000),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }),
        ({ format, bytes }, length, changes) => {
          const damaged = Buffer.from(bytes.subarray(0, length));
          for (const [at, byte] of changes) if (at < damaged.length) damaged[at] = byte;
          expect(countFrames(damaged, format).count).toBeGreaterThan(0);
          readTiff(damaged);
        },
      ),
    );
  });

  it('are reduced to the first, with a note that says of how many', async () => {
    const root = await folderOf({ 'pages.tif': pages, 'one.png': await solid(7) });
    const imported = await runImport([root]);
    expect(imported.outcome.items).toBe(2);
    expect(imported.outcome.notes).toContain(
      'Only the first page or frame was taken of files with several: 1 (pages.tif has 3). To import all, choose “All” (--frames all).',
    );
    expect(firstBytes(imported)).toEqual([7, 30]);
  });

  it.each(['tiff', 'gif', 'webp'] as const)('of a %s become items by choice', async (format) => {
    const bytes = format === 'tiff' ? pages : await animation(format);
    const files = { [`a/x.${format}`]: bytes, 'b/1.png': await solid(1), 'c/1.png': await solid(2) };
    const root = await folderOf({
      ...files,
      'x.tar': await tar(Object.entries(files).map(([name, content]) => ({ name, content }))),
    });
    for (const source of [root, `${root}/x.tar`]) {
      const imported = await runImport([source], { frames: 'all' });
      const names = [1, 2, 3].map((number) => `a/x.${format}#${number}`);
      expect(imported.lines.map(({ name }) => name).slice(0, 3)).toEqual(names);
      expect(imported.outcome.items).toBe(5);
      expect(classOf(imported, names[2]!)).toBe('a');
      firstBytes(imported)
        .slice(0, 3)
        .forEach((byte, i) => expect(Math.abs(byte - levels[i]!)).toBeLessThan(6));
      expect(imported.outcome.notes.join()).not.toContain('first page');
    }
  });

  it('of an animated PNG are not read, and that is said', async () => {
    const root = await folderOf({ 'a.png': apng() });
    expect((await runImport([root])).outcome.notes.join()).toContain('a.png has 4');
    expect((await runImport([root], { frames: 'all' })).outcome.notes).toContain(
      'Only the first frame is read of animated PNG files: 1 (a.png has 4).',
    );
  });

  it('that are damaged are skipped by their name, and the others imported', async () => {
    const cut = tiff([page(30), page(120), page(220)]);
    const root = await folderOf({ 'x.tif': cut.subarray(0, cut.length - 100) });
    const { outcome } = await runImport([root], { frames: 'all' });
    expect(outcome.items).toBe(2);
    expect(outcome.skipped).toMatchObject([{ file: 'x.tif#3', reason: expect.stringContaining('damaged') }]);
  });
});

describe('numbers in a TIFF', () => {
  const ramp = Array.from({ length: 256 }, (_, i) => i / 255);
  const expected = ramp.map((value) => Math.round(value * 255));
  const imported = async (
    page: Parameters<typeof tiff>[0][number],
    options = {},
  ): Promise<{ pixels: number[]; notes: string[] }> => {
    const done = await runImport([await folderOf({ 'x.tif': tiff([page]) })], options);
    const pack = openPack(done.staging);
    const pixels = [...pack.readItem(0)];
    pack.close();
    return { pixels, notes: done.outcome.notes };
  };
  const of = (data: Float32Array | Uint32Array | Uint16Array, more: Partial<Parameters<typeof tiff>[0][number]>) =>
    page(0, { data: new Uint8Array(data.buffer), ...more });

  it('that are floats of 0 to 1 or 0 to 255 keep their brightness, with a note', async () => {
    for (const white of [1, 255]) {
      const { pixels, notes } = await imported(
        of(
          Float32Array.from(ramp, (value) => value * white),
          { bits: 32, kind: 3 },
        ),
      );
      expect(pixels).toEqual(expected);
      expect(notes).toContain(`“x.tif” holds numbers from 0 to ${white}: taken as 0 to ${white}, black to white.`);
    }
  });

  it('that are 32-bit integers over their whole range do not wrap around', async () => {
    const { pixels, notes } = await imported(
      of(
        Uint32Array.from(ramp, (value) => Math.round(value * 4294967295)),
        { bits: 32, kind: 1 },
      ),
    );
    expect(pixels).toEqual(expected);
    expect(notes.join()).toContain('taken as 0 to 4294967295');
  });

  it('are in colour as they are, not taken for linear light', async () => {
    const colours = Float32Array.from({ length: 768 }, (_, i) => (i % 256) / 255);
    const { pixels } = await imported(of(colours, { bits: 32, kind: 3, samples: 3 }));
    expect(pixels).toEqual([...colours].map((value) => Math.round(value * 255)));
  });

  it('are turned around where the smallest is white', async () => {
    const { pixels } = await imported(of(Float32Array.from(ramp), { bits: 32, kind: 3, whiteIsZero: true }));
    expect(pixels).toEqual(expected.map((value) => 255 - value));
  });

  it('are read as a person says, also those of 16 bits', async () => {
    const half = await imported(
      of(
        Float32Array.from(ramp, (value) => value / 2),
        { bits: 32, kind: 3 },
      ),
      { range: 'min-max' },
    );
    expect(half.pixels).toEqual(expected);
    const twelve = of(
      Uint16Array.from(ramp, (value) => Math.round(value * 4095)),
      { bits: 16, kind: 1 },
    );
    expect((await imported(twelve, { range: 'min-max' })).pixels.at(-1)).toBe(255);
    const dark = await imported(twelve);
    expect(dark.pixels.at(-1)).toBe(15);
    expect(dark.notes.join()).toContain('nothing is brighter than 15 of 255');
  });

  it('have one range for all pages of a file', async () => {
    const dark = of(Float32Array.from(ramp), { bits: 32, kind: 3 });
    const light = of(
      Float32Array.from(ramp, (value) => value * 255),
      { bits: 32, kind: 3 },
    );
    const done = await runImport([await folderOf({ 'x.tif': tiff([dark, light]) })], { frames: 'all' });
    const pack = openPack(done.staging);
    expect([pack.readItem(0)[255], pack.readItem(1)[255]]).toEqual([1, 255]);
    pack.close();
  });

  it('of kinds that are not read are named truly', async () => {
    const root = await folderOf({
      'f64.tif': tiff([page(0, { bits: 64, kind: 3, data: new Uint8Array(2048) })]),
      'i16.tif': tiff([page(0, { bits: 16, kind: 2, data: new Uint8Array(512) })]),
      'ok.png': await solid(3),
    });
    expect((await runImport([root])).outcome.skipped).toEqual([
      { file: 'f64.tif', reason: 'its numbers are floats of 64 bits, which are not read; save it with 32-bit floats' },
      {
        file: 'i16.tif',
        reason: 'its numbers are signed integers of 16 bits, which are not read; save it with 32-bit floats',
      },
    ]);
  });

  it('that fit no range are a reason to skip that names the choice', async () => {
    const root = await folderOf({
      'x.tif': tiff([
        of(
          Float32Array.from(ramp, (value) => value * 16 - 8),
          { bits: 32, kind: 3 },
        ),
      ]),
      'ok.png': await solid(3),
    });
    expect((await runImport([root])).outcome.skipped).toMatchObject([
      { file: 'x.tif', reason: expect.stringContaining('--range') },
    ]);
  });
});

describe('colour', () => {
  it('is decided by all pictures: one in colour among hundreds that are grey counts', async () => {
    const grey = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        sharp({ create: { width: 16, height: 16, channels: 3, background: { r: i, g: i, b: i } } })
          .png()
          .toBuffer(),
      ),
    );
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < 700; i++) files[`${String(i).padStart(4, '0')}.png`] = grey[i % 40]!;
    const allGrey = await runImport([await folderOf(files)]);
    expect(allGrey.manifest.signal.channels).toBe(1);
    expect(firstBytes(allGrey).slice(0, 3)).toEqual([0, 1, 2]);
    const red = await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: 200, g: 30, b: 40 } } })
      .png()
      .toBuffer();
    const one = await runImport([await folderOf({ ...files, '0333.png': red })]);
    expect(one.manifest.signal.channels).toBe(3);
    expect(one.outcome.items).toBe(700);
    expect(one.outcome.notes).toContain('Imported in colour: 0333.png has some, though others are grey.');
    const pack = openPack(one.staging);
    expect([...pack.readItem(333).subarray(0, 3)]).toEqual([200, 30, 40]);
    pack.close();
    expect(
      (await runImport([await folderOf({ ...files, '0333.png': red })], { colour: 'grey' })).manifest.signal.channels,
    ).toBe(1);
  });
});

it('AVIF is read', async () => {
  const avif = await sharp({ create: { width: 32, height: 32, channels: 3, background: { r: 200, g: 30, b: 40 } } })
    .avif({ quality: 90 })
    .toBuffer();
  const done = await runImport([await folderOf({ 'a.avif': avif })]);
  expect(done.outcome).toMatchObject({ items: 1, skippedCount: 0 });
  expect(Math.abs(firstBytes(done)[0]! - 200)).toBeLessThan(12);
});
