import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract as createExtract, type Extract, type Header } from 'tar-stream';
import { AppError, asAppError } from '@shared/errors';
import type { NameEncoding } from '@shared/specs/dataset';
import { looksLikeBomb, type ImportLimits } from '../limits';
import { tooLarge } from './disk-file';
import { utf8Name } from './name-encoding';
import { createNameReader } from './name-reader';
import { isHidden, safePath, stemOf } from './names';
import type { Source, SourceFile, Visit } from './source';
import { bomb } from './zip';

/** The files of a tar archive, gzipped or not, as they come by: one pass, nothing unpacked to disk. */
export function tarSource(
  location: string,
  gzipped: boolean,
  limits: ImportLimits,
  encoding: NameEncoding = 'auto',
): Source {
  const archive = basename(location);
  const names = createNameReader(archive, encoding);
  let isEnded = true;

  const open = (): { extract: Extract; guard: Guard; close(): void } => {
    const packed = createReadStream(location, { highWaterMark: 256 * 1024 });
    // every byte of a name as one character; what they mean is found out here
    const extract = createExtract(latin1Names);
    const guard = createGuard(() => packed.bytesRead, archive, limits);
    // The error of whichever part fails reaches the loop below through `extract`.
    const done = (): void => undefined;
    if (gzipped) pipeline(packed, createGunzip({ chunkSize: 64 * 1024 }), guard.stream, extract, done);
    else pipeline(packed, guard.stream, extract, done);
    const close = (): void => {
      packed.destroy();
      extract.destroy();
    };
    return { extract, guard, close };
  };

  async function* allNames(visit: Visit): AsyncGenerator<Uint8Array> {
    const { extract, close } = open();
    try {
      for await (const entry of extract) {
        visit.signal.throwIfAborted();
        if (paxPath(entry.header) === undefined) yield Buffer.from(entry.header.name, 'latin1');
        entry.resume();
      }
    } catch (thrown) {
      if (visit.signal.aborted) throw thrown; // else the names up to the damage have to do
    } finally {
      close();
    }
  }

  /** An archive's names are mostly UTF-8; only when one is not are all of them looked at. */
  async function nameOf(header: Header, visit: Visit): Promise<string> {
    if (paxPath(header) !== undefined) return header.name;
    const bytes = Buffer.from(header.name, 'latin1');
    if (encoding === 'auto' && utf8Name(bytes) === null) await names.survey(() => allNames(visit));
    return names.read(bytes);
  }

  async function* files(visit: Visit): AsyncGenerator<SourceFile> {
    const { extract, guard, close } = open();
    try {
      for await (const entry of extract) {
        visit.signal.throwIfAborted();
        const { header } = entry;
        const readable = await nameOf(header, visit);
        const name = safePath(readable);
        const refused = 'refused' in name ? name.refused : refusal(header.type);
        if (!('path' in name) || refused !== null) {
          if (header.type !== 'directory') visit.refuse(readable.replaceAll('\0', '�'), refused ?? '');
          entry.resume();
        } else if (isHidden(name.path)) {
          entry.resume();
        } else {
          // streamx's types leave out that its streams can be iterated.
          const content = entry as unknown as AsyncIterable<Uint8Array>;
          const file = tarredFile(content, name.path, header.size, limits);
          yield file;
          await file.skipRest();
        }
      }
      isEnded = guard.sawEnd();
    } catch (thrown) {
      if (thrown instanceof AppError || visit.signal.aborted) throw thrown;
      const known = asAppError(thrown, { path: archive });
      throw known.code === 'INTERNAL' ? damagedTar(archive, thrown) : known;
    } finally {
      close();
    }
  }
  return {
    name: stemOf(archive),
    kind: 'archive',
    sequential: true,
    files,
    notes: () => [
      ...names.notes(),
      ...(isEnded
        ? []
        : [`${archive} has no end mark: it may have been cut off. If pictures are missing, download it again.`]),
    ],
  };
}

function refusal(type: string): string | null {
  if (type === 'file' || type === 'contiguous-file') return null;
  if (type === 'symlink' || type === 'link') return 'it is a link, and links are not followed';
  return `it is a ${type}, not a regular file`;
}

/** Options that tar-stream's types leave out. */
const latin1Names: object = { filenameEncoding: 'latin1' };
const paxPath = ({ pax }: Header): string | undefined => (pax as Record<string, string> | undefined)?.path;

/** The refusal of an archive that ends too early or is not what it was. */
export function damagedTar(archive: string, cause: unknown): AppError {
  return new AppError('BAD_FILE', `${archive} is damaged or was cut off.`, 'Download or pack it again.', { cause });
}

interface Guard {
  stream: Transform;
  /** Whether the last block was of zeros, as every tar ends. */
  sawEnd(): boolean;
}

const BLOCK_BYTES = 512;

/** Passes bytes on and fails once they are far more than what was read of the archive could honestly hold. */
function createGuard(packedBytes: () => number, archive: string, limits: ImportLimits): Guard {
  let unpackedBytes = 0;
  let last: Uint8Array = new Uint8Array();
  const stream = new Transform({
    transform(chunk: Uint8Array, _encoding, callback) {
      unpackedBytes += chunk.byteLength;
      last = chunk.byteLength >= BLOCK_BYTES ? chunk : Buffer.concat([last.subarray(-BLOCK_BYTES), chunk]);
      if (looksLikeBomb(packedBytes(), unpackedBytes, limits)) callback(bomb(archive, unpackedBytes));
      else callback(null, chunk);
    },
  });
  return { stream, sawEnd: () => last.subarray(-BLOCK_BYTES).every((byte) => byte === 0) };
}

function tarredFile(
  entry: AsyncIterable<Uint8Array>,
  path: string,
  bytes: number,
  limits: ImportLimits,
): SourceFile & { skipRest(): Promise<void> } {
  const chunks = entry[Symbol.asyncIterator]();
  let peeked: Uint8Array[] = [];
  // An archive that breaks off inside this file fails as a whole when it is asked for the next one.
  const nextChunk = async (): Promise<IteratorResult<Uint8Array>> => {
    try {
      return await chunks.next();
    } catch (cause) {
      throw cause instanceof AppError ? cause : new AppError('BAD_FILE', 'the archive is damaged here', '', { cause });
    }
  };
  async function* stream(): AsyncGenerator<Uint8Array> {
    while (peeked.length > 0) yield peeked.shift()!;
    for (let next = await nextChunk(); !next.done; next = await nextChunk()) yield next.value;
  }
  return {
    path,
    location: null,
    size: async () => bytes,
    stream,
    async head(count) {
      const kept: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of stream()) {
        kept.push(chunk);
        length += chunk.byteLength;
        if (length >= count) break;
      }
      peeked = [...kept, ...peeked];
      return Buffer.concat(kept).subarray(0, count);
    },
    async read() {
      if (bytes > limits.fileBytes) throw tooLarge(bytes, limits);
      const all: Uint8Array[] = [];
      for await (const chunk of stream()) all.push(chunk);
      return all.length === 1 ? all[0]! : Buffer.concat(all);
    },
    async skipRest() {
      for (;;) if ((await chunks.next()).done) return;
    },
  };
}
