import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '@shared/errors';
import { looksLikeBomb, type ImportLimits } from '../../../limits';
import type { SourceFile } from '../../../sources';

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** Bytes that may follow what a header announces: some writers pad. */
export const PADDING_BYTES = 64 * 1024;

/**
 * What a gzipped file holds, piece by piece; its checksum is known to be right at the end. Throws BAD_FILE where it is
 * damaged, LIMIT where it looks like a bomb: by its ratio, or since more comes out than `announced` bytes.
 */
export async function* gunzipped(
  file: SourceFile,
  limits: ImportLimits,
  announced = Infinity,
): AsyncGenerator<Uint8Array> {
  let packedBytes = 0;
  let unpackedBytes = 0;
  const packed = Readable.from(counted(file.stream(), (bytes) => (packedBytes += bytes)));
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  packed.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      unpackedBytes += chunk.length;
      if (looksLikeBomb(packedBytes, unpackedBytes, limits)) throw new AppError('LIMIT', 'it looks like a zip bomb');
      if (unpackedBytes > announced + PADDING_BYTES)
        throw new AppError('LIMIT', 'more comes out of it than its header says: it looks like a zip bomb');
      yield chunk;
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('BAD_FILE', 'it is damaged (its gzip packing is cut off, or its checksum is wrong)', '', {
      cause: thrown,
    });
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

async function* counted(stream: AsyncIterable<Uint8Array>, count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    count(chunk.length);
    yield chunk;
  }
}
