import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract as createExtract } from 'tar-stream';
import { AppError, asAppError } from '@shared/errors';
import { looksLikeBomb, type ImportLimits } from '../limits';
import { tooLarge } from './disk-file';
import { isHidden, safePath, stemOf } from './names';
import type { Source, SourceFile, Visit } from './source';
import { bomb } from './zip';

/** The files of a tar archive, gzipped or not, as they come by: one pass, nothing unpacked to disk. */
export function tarSource(location: string, gzipped: boolean, limits: ImportLimits): Source {
  const archive = basename(location);

  async function* files(visit: Visit): AsyncGenerator<SourceFile> {
    const packed = createReadStream(location, { highWaterMark: 256 * 1024 });
    const extract = createExtract();
    const guard = bombGuard(() => packed.bytesRead, archive, limits);
    // The error of whichever part fails reaches the loop below through `extract`.
    const done = (): void => undefined;
    if (gzipped) pipeline(packed, createGunzip({ chunkSize: 64 * 1024 }), guard, extract, done);
    else pipeline(packed, guard, extract, done);
    try {
      for await (const entry of extract) {
        visit.signal.throwIfAborted();
        const { header } = entry;
        const name = safePath(header.name);
        const refused = 'refused' in name ? name.refused : refusal(header.type);
        if (!('path' in name) || refused !== null) {
          if (header.type !== 'directory') visit.refuse(header.name.replaceAll('\0', '�'), refused ?? '');
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
    } catch (thrown) {
      if (thrown instanceof AppError || visit.signal.aborted) throw thrown;
      const known = asAppError(thrown, { path: archive });
      if (known.code !== 'INTERNAL') throw known;
      throw new AppError(
        'BAD_FILE',
        `${archive} can't be read as a tar archive: ${known.message}`,
        'Pack or download it again.',
        { cause: thrown },
      );
    } finally {
      packed.destroy();
      extract.destroy();
    }
  }
  return { name: stemOf(archive), kind: 'archive', sequential: true, files };
}

function refusal(type: string): string | null {
  if (type === 'file' || type === 'contiguous-file') return null;
  if (type === 'symlink' || type === 'link') return 'it is a link, and links are not followed';
  return `it is a ${type}, not a regular file`;
}

/** Passes bytes on and fails once they are far more than what was read of the archive could honestly hold. */
function bombGuard(packedBytes: () => number, archive: string, limits: ImportLimits): Transform {
  let unpackedBytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, callback) {
      unpackedBytes += chunk.byteLength;
      if (looksLikeBomb(packedBytes(), unpackedBytes, limits)) callback(bomb(archive, unpackedBytes));
      else callback(null, chunk);
    },
  });
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
