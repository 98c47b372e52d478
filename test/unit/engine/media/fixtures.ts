import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { zipSync, type Zippable } from 'fflate';
import { pack as createTar, type Header } from 'tar-stream';
import { afterEach } from 'vitest';
import { sharp } from '../../../../main/engine/media/kinds/picture/sharp';
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

/** A `.npy` file of any type, its elements given as they lie in the file. */
export function npy(
  descriptor: string,
  shape: number[],
  elements: ArrayBufferView | string,
  fortran = false,
): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const descr = descriptor.startsWith('[') ? descriptor : `'${descriptor}'`;
  const text = `{'descr': ${descr}, 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${dimensions}), }\n`;
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 0xff, text.length >> 8]);
  const bytes =
    typeof elements === 'string'
      ? Buffer.from(elements, 'latin1')
      : Buffer.from(elements.buffer, elements.byteOffset, elements.byteLength);
  return Buffer.concat([start, Buffer.from(text, 'latin1'), bytes]);
}

/** A `.npz` of such files by the name of the array. */
export const npz = (arrays: Record<string, Uint8Array>): Uint8Array =>
  zip(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])));

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

/**
 * The same archive as a writer leaves it that can't go back: an entry's own header holds neither checksum nor sizes.
 */
export function asStreamed(archive: Uint8Array): Uint8Array {
  const bytes = Buffer.from(archive);
  const each = (mark: string, change: (at: number) => void): void => {
    for (let at = bytes.indexOf(mark, 0, 'latin1'); at >= 0; at = bytes.indexOf(mark, at + 4, 'latin1')) change(at);
  };
  each('PK\x03\x04', (at) => bytes.fill(0, at + 14, at + 26).writeUInt16LE(bytes.readUInt16LE(at + 6) | 8, at + 6));
  each('PK\x01\x02', (at) => bytes.writeUInt16LE(bytes.readUInt16LE(at + 8) | 8, at + 8));
  return new Uint8Array(bytes);
}

/** A zip archive of stored files whose names are these very bytes, unmarked unless `flags` or `extra` say so. */
export function rawZip(
  files: { name: Uint8Array; content: Uint8Array; flags?: number; extra?: Uint8Array }[],
): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, flags = 0, extra = new Uint8Array() } of files) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    common.writeUInt16LE(extra.length, 24);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, rest, Buffer.from(name), Buffer.from(extra));
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, extra, content]);
    locals.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, listed, end]);
}

/** A TIFF of one strip a page, of numbers of any kind: 1 unsigned, 2 signed, 3 float. */
export function tiff(
  pages: {
    width: number;
    height: number;
    bits: number;
    kind: 1 | 2 | 3;
    samples?: 1 | 3;
    subfile?: number;
    whiteIsZero?: boolean;
    data: Uint8Array;
  }[],
): Uint8Array {
  const chunks: Buffer[] = [Buffer.from('II*\0', 'latin1'), Buffer.alloc(4)];
  let at = 8;
  chunks[1]!.writeUInt32LE(at, 0);
  pages.forEach(({ width, height, bits, kind, samples = 1, subfile = 0, whiteIsZero = false, data }, index) => {
    const entries: [tag: number, type: 3 | 4, values: number[]][] = [
      [254, 4, [subfile]],
      [256, 3, [width]],
      [257, 3, [height]],
      [258, 3, Array<number>(samples).fill(bits)],
      [259, 3, [1]],
      [262, 3, [samples === 3 ? 2 : whiteIsZero ? 0 : 1]],
      [273, 4, [0]],
      [277, 3, [samples]],
      [278, 3, [height]],
      [279, 4, [data.length]],
      [339, 3, Array<number>(samples).fill(kind)],
    ];
    const directory = Buffer.alloc(2 + entries.length * 12 + 4);
    const more = Buffer.alloc(samples === 3 ? 12 : 0);
    const moreAt = at + directory.length;
    let filled = 0;
    directory.writeUInt16LE(entries.length, 0);
    entries.forEach(([tag, type, values], i) => {
      const entry = 2 + i * 12;
      directory.writeUInt16LE(tag, entry);
      directory.writeUInt16LE(type, entry + 2);
      directory.writeUInt32LE(values.length, entry + 4);
      if (tag === 273) directory.writeUInt32LE(moreAt + more.length, entry + 8);
      else if (values.length === 1) directory.writeUInt32LE(values[0]!, entry + 8);
      else {
        directory.writeUInt32LE(moreAt + filled, entry + 8);
        for (const value of values) filled = more.writeUInt16LE(value, filled);
      }
    });
    at = moreAt + more.length + data.length;
    const padding = at % 2;
    at += padding;
    if (index < pages.length - 1) directory.writeUInt32LE(at, directory.length - 4);
    chunks.push(directory, more, Buffer.from(data), Buffer.alloc(padding));
  });
  return Buffer.concat(chunks);
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
