import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { zipSync, type Zippable } from 'fflate';
import { pack as createTar, type Header } from 'tar-stream';
import { afterEach } from 'vitest';
import { sharp } from '../../../../main/engine/media/sharp';
import { importOptionsSchema, type ImportOptions } from '../../../../shared/specs/dataset';

const directories: string[] = [];
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** A folder that is gone after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tessera-media-'));
  directories.push(directory);
  return directory;
}

/** Writes files by their path below `root`. */
export async function writeTree(root: string, files: Record<string, Uint8Array | string>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

export const optionsOf = (given: Partial<ImportOptions> = {}): ImportOptions => importOptionsSchema.parse(given);

/** Pixels of a picture that is different for every `seed`: `[H,W,3]` bytes. */
export function colourful(seed: number, width = 20, height = 20): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7 + seed * 31 + (i % 3) * 40) % 256);
}

type Format = 'png' | 'jpeg' | 'webp' | 'gif' | 'tiff';

/** A picture file with `colourful` pixels. */
export async function picture(seed: number, format: Format = 'png', width = 20, height = 20): Promise<Uint8Array> {
  return sharp(colourful(seed, width, height), { raw: { width, height, channels: 3 } })
    .toFormat(format, format === 'tiff' ? { compression: 'lzw' } : {})
    .toBuffer();
}

/** A PNG of any colour type and depth, its rows given as they lie in the file. */
export function rawPng(
  header: { width: number; height: number; depth: number; colourType: 0 | 2 | 3 | 4 | 6 },
  rows: Uint8Array[],
  chunks: [type: string, data: Uint8Array][] = [],
): Uint8Array {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(header.width, 0);
  ihdr.writeUInt32BE(header.height, 4);
  ihdr.set([header.depth, header.colourType], 8);
  const data = deflateSync(Buffer.concat(rows.flatMap((row) => [Buffer.of(0), row])));
  const all: [string, Uint8Array][] = [['IHDR', ihdr], ...chunks, ['IDAT', data], ['IEND', Buffer.alloc(0)]];
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    ...all.map(([type, bytes]) => pngChunk(type, bytes)),
  ]);
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** A Windows bitmap with a 40-byte header, its rows bottom first as they lie in the file (padded here). */
export function bmp(
  about: { width: number; height: number; bits: number; compression?: number; palette?: number[][] },
  rows: number[][],
): Uint8Array {
  const palette = Buffer.from((about.palette ?? []).flatMap(([r = 0, g = 0, b = 0]) => [b, g, r, 0]));
  const stride = Math.ceil((about.width * about.bits) / 32) * 4;
  const header = Buffer.alloc(54);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(about.width, 18);
  header.writeInt32LE(about.height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(about.bits, 28);
  header.writeUInt32LE(about.compression ?? 0, 30);
  header.writeUInt32LE(about.palette?.length ?? 0, 46);
  return Buffer.concat([
    header,
    palette,
    ...rows.map((row) => Buffer.concat([Buffer.from(row), Buffer.alloc(stride - row.length)])),
  ]);
}

/** An IDX file of bytes. */
export function idx(dimensions: number[], data: ArrayLike<number>): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.set([0, 0, 8, dimensions.length]);
  dimensions.forEach((side, i) => header.writeUInt32BE(side, 4 + 4 * i));
  return Buffer.concat([header, Uint8Array.from(data)]);
}

/** Records of a CIFAR-10 batch: each its label and a picture whose pixels are all `[red, green, blue]`. */
export function cifarBatch(records: { label: number[]; colour: [number, number, number] }[]): Uint8Array {
  return Buffer.concat(
    records.flatMap(({ label, colour }) => [Buffer.from(label), ...colour.map((level) => Buffer.alloc(1024, level))]),
  );
}

/** A zip archive; names are written as given, however hostile. Level 0 packs nothing. */
export function zip(files: Zippable, level: 0 | 6 = 6): Uint8Array {
  return zipSync(files, { mtime: new Date(2020, 0, 1), level });
}

/** The same archive as a writer leaves it that can't go back: an entry's own header holds neither checksum nor sizes. */
export function asStreamed(archive: Uint8Array): Uint8Array {
  const bytes = Buffer.from(archive);
  const each = (mark: string, change: (at: number) => void): void => {
    for (let at = bytes.indexOf(mark, 0, 'latin1'); at >= 0; at = bytes.indexOf(mark, at + 4, 'latin1')) change(at);
  };
  each('PK\x03\x04', (at) => bytes.fill(0, at + 14, at + 26).writeUInt16LE(bytes.readUInt16LE(at + 6) | 8, at + 6));
  each('PK\x01\x02', (at) => bytes.writeUInt16LE(bytes.readUInt16LE(at + 8) | 8, at + 8));
  return new Uint8Array(bytes);
}

/** A tar archive of files and of other things (links), gzipped if asked. */
export async function tar(
  entries: (Partial<Header> & { name: string; content?: Uint8Array })[],
  gzipped = false,
): Promise<Uint8Array> {
  const archive = createTar();
  for (const { content, ...header } of entries)
    archive.entry({ mtime: new Date(0), ...header }, content ?? new Uint8Array());
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return gzipped ? gzipSync(bytes) : bytes;
}
