import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { AppError, asAppError } from '@shared/errors';
import { humanBytes, looksLikeBomb, type ImportLimits } from '../limits';
import { tooLarge } from './disk-file';
import { isHidden, safePath, stemOf } from './names';
import type { Source, SourceFile, Visit } from './source';

const inflate = promisify(inflateRaw);
/** Below this, a trip to the thread pool costs more than unpacking. */
const SYNCHRONOUS_BYTES = 256 * 1024;
const STORED = 0;
const DEFLATED = 8;
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/** The files of a zip archive in the order of its directory. Nothing is unpacked before it is asked for. */
export function zipSource(location: string, limits: ImportLimits): Source {
  const archive = basename(location);

  async function* files(visit: Visit): AsyncGenerator<SourceFile> {
    const handle = await open(location, 'r');
    const underWay = new Set<Promise<unknown>>();
    try {
      const { size: packedBytes } = await handle.stat();
      const zip = await fromFdPromise(handle.fd, { autoClose: false, decodeStrings: false, lazyEntries: true });
      let unpackedBytes = 0;
      for await (const entry of zip.eachEntry()) {
        visit.signal.throwIfAborted();
        const raw = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
        const name = safePath(raw);
        if ('refused' in name) {
          visit.refuse(raw.replaceAll('\0', '�'), name.refused);
          continue;
        }
        if (/[\\/]$/.test(raw) || isHidden(name.path)) continue;
        const refused = refusal(entry, limits);
        if (refused !== null) {
          visit.refuse(name.path, refused);
          continue;
        }
        unpackedBytes += entry.uncompressedSize;
        if (looksLikeBomb(packedBytes, unpackedBytes, limits)) throw bomb(archive, unpackedBytes);
        yield zippedFile(zip, handle, entry, name.path, limits, underWay);
      }
    } catch (thrown) {
      if (visit.signal.aborted) throw thrown;
      const known = asAppError(thrown, { path: archive });
      if (known.code !== 'INTERNAL') throw known;
      throw new AppError(
        'BAD_FILE',
        `${archive} can't be read as a zip archive: ${known.message}`,
        'Pack or download it again.',
        {
          cause: thrown,
        },
      );
    } finally {
      await Promise.allSettled(underWay); // a file given out last may still be being read
      await handle.close();
    }
  }
  return { name: stemOf(archive), kind: 'archive', sequential: false, files };
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
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
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
    if (entry.uncompressedSize > limits.fileBytes) throw tooLarge(entry.uncompressedSize, limits);
    try {
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
      const packed = Buffer.allocUnsafe(entry.compressedSize);
      const { bytesRead } = await handle.read(packed, 0, packed.length, fileDataStart);
      if (bytesRead < packed.length) throw new Error('the archive ends inside it');
      const bytes = await unpack(packed, entry);
      if (bytes.length !== entry.uncompressedSize) throw new Error('it has not the size the archive says');
      if (crc32(bytes) !== entry.crc32) throw new Error('its checksum is wrong');
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
    try {
      for await (const chunk of await zip.openReadStreamPromise(entry)) yield chunk as Uint8Array;
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

/** Never gives more than the size the directory declares: a lying entry fails instead of filling memory. */
async function unpack(packed: Buffer, entry: Entry): Promise<Uint8Array> {
  if (entry.compressionMethod === STORED) return packed;
  const options = { maxOutputLength: Math.max(1, entry.uncompressedSize) };
  return entry.uncompressedSize <= SYNCHRONOUS_BYTES ? inflateRawSync(packed, options) : inflate(packed, options);
}

function damaged(thrown: unknown): AppError {
  const known = asAppError(thrown);
  return known.code === 'INTERNAL'
    ? new AppError('BAD_FILE', `it is damaged in the archive (${known.message})`)
    : known;
}
