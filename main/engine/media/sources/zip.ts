import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { AppError, asAppError } from '@shared/errors';
import type { NameEncoding } from '@shared/specs/dataset';
import {
  checkContent,
  checkLocalHeader,
  localHeaderBytes,
  ZIP_DEFLATED,
  ZIP_LOCAL_BYTES,
  ZIP_STORED,
  type ZipRecord,
} from '../../../files';
import { humanBytes, looksLikeBomb, type ImportLimits } from '../limits';
import { tooLarge } from './disk-file';
import { utf8Name } from './name-encoding';
import { createNameReader } from './name-reader';
import { isHidden, safePath, stemOf } from './names';
import type { Source, SourceFile, Visit } from './source';

const inflate = promisify(inflateRaw);
/** Below this, a trip to the thread pool costs more than unpacking. */
const SYNCHRONOUS_BYTES = 256 * 1024;
/** The extra fields of an entry's own header are mostly this much longer at most than those of its record. */
const HEADER_SLACK = 64;
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/** The files of a zip archive in the order of its directory. Nothing is unpacked before it is asked for. */
export function zipSource(location: string | Buffer, limits: ImportLimits, encoding: NameEncoding = 'auto'): Source {
  const archive = basename(location.toString());
  const names = createNameReader(archive, encoding);

  async function* files(visit: Visit): AsyncGenerator<SourceFile> {
    const handle = await open(location, 'r');
    const underWay = new Set<Promise<unknown>>();
    try {
      const { size: packedBytes } = await handle.stat();
      await names.survey(async function* () {
        const zip = await openZip(handle, archive);
        for await (const entry of entriesOf(zip, archive)) if (markedName(entry) === null) yield entry.fileNameRaw;
      });
      const zip = await openZip(handle, archive);
      let unpackedBytes = 0;
      for await (const entry of entriesOf(zip, archive)) {
        visit.signal.throwIfAborted();
        const raw = markedName(entry) ?? names.read(entry.fileNameRaw);
        const name = safePath(raw);
        if ('refused' in name) {
          visit.refuse(raw.replaceAll('\0', '�'), name.refused);
          continue;
        }
        if (/[\\/]$/.test(raw) || isHidden(name.path)) continue;
        const isBomb = looksLikeBomb(packedBytes, unpackedBytes + entry.uncompressedSize, limits);
        const isSuspicious = isBomb || looksLikeBomb(entry.compressedSize, entry.uncompressedSize, limits);
        const refused = (isSuspicious ? await whyDamaged(handle, entry) : null) ?? refusal(entry, limits);
        if (refused !== null) {
          visit.refuse(name.path, refused);
          continue;
        }
        unpackedBytes += entry.uncompressedSize;
        if (isBomb) throw bomb(archive, unpackedBytes);
        yield zippedFile(zip, handle, entry, name.path, limits, underWay);
      }
    } catch (thrown) {
      throw visit.signal.aborted ? thrown : asAppError(thrown, { path: archive });
    } finally {
      await Promise.allSettled(underWay); // a file given out last may still be being read
      await handle.close();
    }
  }
  return { name: stemOf(archive), kind: 'archive', sequential: false, files, notes: names.notes };
}

const openZip = (handle: FileHandle, archive: string): Promise<ZipFile> =>
  fromFdPromise(handle.fd, { autoClose: false, decodeStrings: false, lazyEntries: true }).catch((thrown: unknown) => {
    throw unread(archive, thrown);
  });

/** The entries of the archive's directory. Throws BAD_FILE where it can't be read. */
async function* entriesOf(zip: ZipFile, archive: string): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (thrown) {
    throw unread(archive, thrown);
  }
}

/** An error of the file system stays what it is; any other that reading a directory throws says that it is damaged. */
function unread(archive: string, thrown: unknown): AppError {
  const known = asAppError(thrown, { path: archive });
  return known.code === 'INTERNAL' ? damagedZip(archive, thrown) : known;
}

const UTF8_FLAG = 1 << 11;
const UNICODE_PATH = 0x7075;

/** A name that says itself that it is UTF-8: by flag 11, or in Info-ZIP's extra field; else null. */
function markedName({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string | null {
  for (const { id, data } of extraFields) {
    // version 1, the CRC-32 of the name it stands for, the name
    if (id !== UNICODE_PATH || data.length < 6 || data[0] !== 1 || data.readUInt32LE(1) !== crc32(fileNameRaw))
      continue;
    return utf8Name(data.subarray(5));
  }
  return (generalPurposeBitFlag & UTF8_FLAG) === 0 ? null : utf8Name(fileNameRaw);
}

/** The refusal of an archive whose directory can't be read. */
export function damagedZip(archive: string, cause: unknown): AppError {
  return new AppError(
    'BAD_FILE',
    `${archive} is damaged or was cut off: it can't be read as a zip archive.`,
    'Download or pack it again.',
    { cause },
  );
}

/** The refusal of an archive that unpacks to far more than it could honestly hold. */
export function bomb(archive: string, bytes: number): AppError {
  return new AppError(
    'LIMIT',
    `${archive} unpacks to ${humanBytes(bytes)} or more, far beyond its own size: it looks like a zip bomb.`,
    'Nothing was imported. Unpack it yourself and import the folder if you trust it.',
  );
}

function refusal(entry: Entry, limits: ImportLimits): string | null {
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK) === SYMBOLIC_LINK)
    return 'it is a link, and links are not followed';
  if (entry.isEncrypted()) return 'it is encrypted';
  if (entry.compressionMethod !== ZIP_STORED && entry.compressionMethod !== ZIP_DEFLATED) {
    return `it is packed by method ${entry.compressionMethod}; only “stored” and “deflate” are read`;
  }
  if (looksLikeBomb(entry.compressedSize, entry.uncompressedSize, limits)) {
    return `it would unpack from ${humanBytes(entry.compressedSize)} to ${humanBytes(entry.uncompressedSize)}: it looks like a zip bomb`;
  }
  return null;
}

function zippedFile(
  zip: ZipFile,
  handle: FileHandle,
  entry: Entry,
  path: string,
  limits: ImportLimits,
  underWay: Set<Promise<unknown>>,
): SourceFile {
  const readAll = async (): Promise<Uint8Array> => {
    const largest = Math.max(entry.uncompressedSize, entry.compressedSize);
    try {
      if (largest > limits.fileBytes) {
        checkLocalHeader(await localHeader(handle, entry), recordOf(entry));
        throw tooLarge(largest, limits);
      }
      const bytes = await unpack(await packedBytes(handle, entry), entry);
      checkContent(bytes, recordOf(entry));
      return bytes;
    } catch (thrown) {
      throw damaged(thrown);
    }
  };
  const read = (): Promise<Uint8Array> => {
    const reading = readAll();
    underWay.add(reading);
    const done = (): void => void underWay.delete(reading);
    reading.then(done, done);
    return reading;
  };
  async function* stream(): AsyncGenerator<Uint8Array> {
    let sum = 0;
    try {
      checkLocalHeader(await localHeader(handle, entry), recordOf(entry));
      for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>) {
        sum = crc32(chunk, sum);
        yield chunk;
      }
      if (sum !== entry.crc32) throw new Error('its checksum is wrong');
    } catch (thrown) {
      throw damaged(thrown);
    }
  }
  return {
    path,
    location: null,
    size: async () => entry.uncompressedSize,
    read,
    stream,
    async head(bytes) {
      if (entry.uncompressedSize <= SYNCHRONOUS_BYTES) return (await read()).subarray(0, bytes);
      for await (const chunk of stream()) return chunk.subarray(0, bytes);
      return new Uint8Array();
    },
  };
}

const recordOf = (entry: Entry): ZipRecord => ({
  rawName: entry.fileNameRaw,
  flags: entry.generalPurposeBitFlag,
  method: entry.compressionMethod,
  crc32: entry.crc32,
  packedBytes: entry.compressedSize,
  bytes: entry.uncompressedSize,
});

/**
 * An entry's content as it is packed, its header checked: one read, unless the header is longer than the directory's
 * record.
 */
async function packedBytes(handle: FileHandle, entry: Entry): Promise<Buffer> {
  const { relativeOffsetOfLocalHeader: offset, compressedSize } = entry;
  const asked = ZIP_LOCAL_BYTES + entry.fileNameRaw.length + entry.extraFieldRaw.length + HEADER_SLACK + compressedSize;
  let bytes = await readAt(handle, offset, asked);
  if (bytes.length < ZIP_LOCAL_BYTES) throw new Error('the archive ends inside it');
  const needed = localHeaderBytes(bytes) + compressedSize;
  if (needed > asked) bytes = await readAt(handle, offset, needed);
  const start = checkLocalHeader(bytes, recordOf(entry));
  if (bytes.length < needed) throw new Error('the archive ends inside it');
  return bytes.subarray(start, needed);
}

/**
 * What is wrong with an entry whose size may be no more than a damaged number; null when its own header says the same.
 */
async function whyDamaged(handle: FileHandle, entry: Entry): Promise<string | null> {
  try {
    checkLocalHeader(await localHeader(handle, entry), recordOf(entry));
    return null;
  } catch (thrown) {
    return damaged(thrown).message;
  }
}

async function localHeader(handle: FileHandle, entry: Entry): Promise<Buffer> {
  const first = await readAt(handle, entry.relativeOffsetOfLocalHeader, ZIP_LOCAL_BYTES);
  if (first.length < ZIP_LOCAL_BYTES) throw new Error('the archive ends inside it');
  return readAt(handle, entry.relativeOffsetOfLocalHeader, localHeaderBytes(first));
}

/** Up to `length` bytes, fewer at the end of the file. */
async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Never gives more than the size the directory declares: a lying entry fails instead of filling memory. */
async function unpack(packed: Buffer, entry: Entry): Promise<Uint8Array> {
  if (entry.compressionMethod === ZIP_STORED) return packed;
  const options = { maxOutputLength: Math.max(1, entry.uncompressedSize) };
  try {
    return entry.uncompressedSize <= SYNCHRONOUS_BYTES
      ? inflateRawSync(packed, options)
      : await inflate(packed, options);
  } catch (cause) {
    throw new Error('it does not unpack', { cause });
  }
}

function damaged(thrown: unknown): AppError {
  const known = asAppError(thrown);
  return known.code === 'INTERNAL'
    ? new AppError('BAD_FILE', `it is damaged in the archive (${known.message})`)
    : known;
}
