import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../../shared/errors';
import { importDataset } from '../../../../main/engine/media';
import { writeNpz } from '../../../../main/engine/formats/npz';
import { records } from '../../../../main/engine/media/kinds/picture/collections/records';
import { defaultLimits } from '../../../../main/engine/media/limits';
import { zipSource } from '../../../../main/engine/media/sources/zip';
import { asStreamed, idx, optionsOf, picture, tar, temporaryDirectory, zip } from './fixtures';
import { folderOf, runImport } from './importing';

const never = new AbortController().signal;
const text = (value: string): Uint8Array => Buffer.from(value.repeat(20));
const failure = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => expect.unreachable('it was imported'),
    (thrown: unknown) => thrown as AppError,
  );

/** What each entry of an archive gives, read at once and as a stream, or why it gives nothing. */
async function contentOf(path: string): Promise<Record<string, string>> {
  const given: Record<string, string> = {};
  const refuse = (name: string, reason: string): void => void (given[name] = reason);
  for await (const file of zipSource(path, defaultLimits).files({ signal: never, refuse })) {
    const whole = Buffer.from(await file.read()).toString('latin1');
    const pieces: Uint8Array[] = [];
    for await (const piece of file.stream()) pieces.push(piece);
    expect(Buffer.concat(pieces).toString('latin1')).toBe(whole);
    given[file.path] = whole;
  }
  return given;
}

describe('a zip archive', () => {
  it.each([
    ['packed', zip({ 'a.txt': text('abc'), 'b/c.txt': text('xyz') })],
    ['not packed', zip({ 'a.txt': text('abc') }, 0)],
    ['written as a stream', asStreamed(zip({ 'a.txt': text('abc') }))],
  ])('never gives other content for a changed byte: %s', async (_, good) => {
    const path = join(await temporaryDirectory(), 'x.zip');
    await writeFile(path, good);
    const whole = Object.values(await contentOf(path));
    for (let at = 0; at < good.length; at++) {
      const damaged = good.slice();
      damaged[at]! ^= 1 << (at % 8);
      await writeFile(path, damaged);
      const given = await contentOf(path).catch((thrown: AppError) => {
        expect(thrown, `byte ${at}`).toMatchObject({ code: 'BAD_FILE' });
        return {};
      });
      // an entry may be passed over (its name is hidden now) or refused with a reason, but never be another
      for (const content of Object.values(given))
        if (!whole.includes(content)) expect(content, `byte ${at}`).toMatch(/^(it (is|would)|its name) /);
    }
  });

  it('is imported without the damaged picture, which the report names', async () => {
    const bytes = zip({ 'a.png': await picture(1), 'b.png': await picture(2) }, 0);
    bytes[Buffer.from(bytes).indexOf('IDAT') + 12]! ^= 4;
    const root = await folderOf({ 'x.zip': bytes });
    const { outcome } = await runImport([join(root, 'x.zip')]);
    expect(outcome.items).toBe(1);
    expect(outcome.skipped).toEqual([
      { file: 'a.png', reason: 'it is damaged in the archive (its checksum is wrong)' },
    ]);
  });
});

describe('a file of many pictures', () => {
  /** A checksum that is wrong in both places, so that only the content can tell. */
  const wrongSum = (npz: Uint8Array): Uint8Array => {
    npz[14]! ^= 1;
    npz[Buffer.from(npz).indexOf('PK\x01\x02', 0, 'latin1') + 16]! ^= 1;
    return npz;
  };
  const npzOf = (count: number): Uint8Array => {
    const data = Uint8Array.from({ length: count * 256 }, (_, i) => (i * 7) % 251);
    return writeNpz({ arrays: { images: { shape: [count, 16, 16], data } } });
  };

  it('is refused with nothing of it imported when a checksum in a .npz is wrong', async () => {
    const small = await folderOf({ 'set.npz': wrongSum(npzOf(9)), 'ok.png': await picture(1) });
    const { outcome } = await runImport([small]);
    expect(outcome).toMatchObject({
      items: 1,
      skipped: [{ file: 'set.npz', reason: expect.stringMatching(/checksum/) }],
    });
    const large = await folderOf({ 'set.npz': wrongSum(npzOf(2000)), 'ok.png': await picture(1) });
    const error = await failure(runImport([large]));
    expect(error).toMatchObject({ code: 'BAD_FILE', hint: expect.stringContaining('Nothing was imported') });
    expect(error.message).toBe(
      'set.npz can’t be imported: “images” in it: it is damaged in the archive (its checksum is wrong).',
    );
  });

  it('is refused when a gzip checksum is wrong, or the packing is cut off', async () => {
    const whole = gzipSync(
      idx(
        [4, 16, 16],
        Uint8Array.from({ length: 4 * 256 }, (_, i) => (i * 31) >> 3),
      ),
    );
    const wrong = Buffer.from(whole);
    wrong[wrong.length - 6]! ^= 1;
    for (const bytes of [wrong, whole.subarray(0, whole.length - 40)]) {
      const root = await folderOf({ 'images-idx3-ubyte.gz': bytes });
      const error = await failure(runImport([root]));
      expect(error).toMatchObject({ code: 'BAD_FILE', message: expect.stringContaining('images-idx3-ubyte.gz') });
      expect(error.message).toContain('damaged');
    }
  });
});

describe('a bomb', () => {
  const header = (count: number): Uint8Array => idx([count, 28, 28], []);
  const zeros = Buffer.alloc(4 * 1024 * 1024);
  const pictures = zeros.length / 784;
  /** As far as an archive's ratio goes, four megabytes are large here. */
  const importing = async (sources: string[]): Promise<unknown> =>
    importDataset({
      sources,
      staging: join(await temporaryDirectory(), 'staging'),
      options: optionsOf(),
      limits: { ratioFromBytes: 1024 * 1024 },
    });

  it.each([
    ['claims all that comes out of it', Math.floor(pictures)],
    ['claims less than comes out of it', 1000],
    ['claims more than comes out of it', 5000],
  ])('of gzipped IDX is refused whole when it %s', async (_, count) => {
    const bomb = gzipSync(Buffer.concat([header(count), zeros]));
    const root = await folderOf({ 'images-idx3-ubyte.gz': bomb, 'ok.png': await picture(1) });
    const error = await failure(importing([root]));
    expect(error).toMatchObject({ code: 'LIMIT', hint: 'Nothing was imported.' });
    expect(error.message).toMatch(/^images-idx3-ubyte\.gz can’t be imported: .*looks like a zip bomb\.$/);
  });

  it('of gzipped IDX is refused when more comes out of it than its header says, whatever the ratio', async () => {
    const noise = Uint8Array.from({ length: 300_000 }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 13) & 255);
    const root = await folderOf({ 'images-idx3-ubyte.gz': gzipSync(Buffer.concat([header(10), noise])) });
    expect(await failure(importing([root]))).toMatchObject({
      code: 'LIMIT',
      message: expect.stringContaining('more comes out of it than its header says'),
    });
  });

  it.each([
    ['nothing', [], 'it is cut off behind its header'],
    ['a little', [1, 2, 3, 4, 5], 'its header announces more than so small a file can unpack to'],
  ])('of gzipped IDX is refused when its header claims gigabytes and %s follows', async (_, rest, reason) => {
    const bomb = gzipSync(Buffer.concat([header(9_000_000), Uint8Array.from(rest)]));
    const root = await folderOf({ 'images-idx3-ubyte.gz': bomb, 'ok.png': await picture(1) });
    const { outcome } = await runImport([root]);
    expect(outcome.skipped).toEqual([{ file: 'images-idx3-ubyte.gz', reason }]);
  });

  it('of labels is refused, and its pictures come without', async () => {
    const root = await folderOf({
      'train-images-idx3-ubyte': idx([2, 16, 16], new Uint8Array(512)),
      'train-labels-idx1-ubyte.gz': gzipSync(Buffer.concat([idx([2], [1, 2]), zeros])),
    });
    const { outcome } = await runImport([root]);
    expect(outcome.items).toBe(2);
    expect(outcome.skipped).toEqual([
      { file: 'train-labels-idx1-ubyte.gz', reason: expect.stringContaining('more labels than its header says') },
    ]);
  });

  it('in a .npz, a .tar.gz or a .zip is refused whole', async () => {
    const packed = Buffer.concat([header(5000), zeros]);
    const root = await folderOf({
      'x.npz': writeNpz({ arrays: { images: { shape: [zeros.length / 1024, 32, 32], data: new Uint8Array(zeros) } } }),
      'x.tar.gz': await tar([{ name: 'images-idx3-ubyte', content: packed }], true),
      'x.zip': zip({ 'images-idx3-ubyte': packed }),
    });
    for (const name of ['x.npz', 'x.tar.gz', 'x.zip']) {
      const error = await failure(importing([join(root, name)]));
      expect(['LIMIT', 'BAD_FILE'], name).toContain(error.code);
      expect(error.message, name).toContain('looks like a zip bomb');
    }
  });

  it('makes nobody hold a record before its bytes are there', async () => {
    const got: Uint8Array[] = [];
    for await (const record of records(inPieces(new Uint8Array(10), 10), 2 ** 50)) got.push(record);
    expect(got).toEqual([]);
  });

  it('cuts records that are larger than what is held before any was read', async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 5_000_003 }, (_, i) => (i * 7) % 251));
    const got: Uint8Array[] = [];
    for await (const record of records(inPieces(bytes, 70_001), 2_500_000, 3)) got.push(record);
    expect(got.map(({ length }) => length)).toEqual([2_500_000, 2_500_000]);
    expect(Buffer.concat(got).equals(bytes.subarray(3))).toBe(true);
  });
});

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
