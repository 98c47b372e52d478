import { close, closeSync, constants, fstatSync, open as openCallback, read as readCallback, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { AppError, asAppError } from '@shared/errors';
import { humanBytes, type ImportLimits } from '../limits';
import type { SourceFile } from './source';

const open = promisify(openCallback);
const read = promisify(readCallback);

// Neither a link that was put there since the folder was listed nor a pipe without a writer may hold us up.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const CHUNK_BYTES = 1024 * 1024;
/**
 * Reads up to this size happen at once: once a file is open (which is asynchronous, being what is slow on network
 * disks), four trips to the thread pool would cost a third of decoding a small picture.
 */
const SYNCHRONOUS_BYTES = 256 * 1024;

/** A regular file on disk at `location`, known to its source as `path`. */
export function diskFile(path: string, location: string | Buffer, limits: ImportLimits): SourceFile {
  return {
    path,
    location,
    size: () => withFile(location, async (_descriptor, bytes) => bytes),
    head: (bytes) => withFile(location, (descriptor, size) => readFully(descriptor, Math.min(bytes, size))),
    read: () =>
      withFile(location, (descriptor, bytes) => {
        if (bytes > limits.fileBytes) throw tooLarge(bytes, limits);
        return readFully(descriptor, bytes);
      }),
    async *stream() {
      const descriptor = await openRegular(location);
      try {
        for (;;) {
          const { bytesRead, buffer } = await read(descriptor, Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      } catch (thrown) {
        throw asReadError(thrown);
      } finally {
        close(descriptor);
      }
    },
  };
}

/** The refusal of a file above the limit of one file. */
export function tooLarge(bytes: number, limits: ImportLimits): AppError {
  return new AppError(
    'LIMIT',
    `it has ${humanBytes(bytes)}, more than one picture file may have (${humanBytes(limits.fileBytes)})`,
  );
}

async function withFile<T>(
  location: string | Buffer,
  use: (descriptor: number, bytes: number) => Promise<T>,
): Promise<T> {
  const descriptor = await openRegular(location);
  try {
    return await use(descriptor, fstatSync(descriptor).size);
  } catch (thrown) {
    throw asReadError(thrown);
  } finally {
    closeSync(descriptor);
  }
}

async function openRegular(location: string | Buffer): Promise<number> {
  let descriptor: number;
  try {
    descriptor = await open(location, FLAGS);
  } catch (thrown) {
    throw asReadError(thrown);
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new AppError('BAD_FILE', 'it is not a regular file');
}

/** `bytes` bytes from the start of a file, fewer if it has become shorter. */
async function readFully(descriptor: number, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const count =
      bytes <= SYNCHRONOUS_BYTES
        ? readSync(descriptor, buffer, filled, bytes - filled, filled)
        : (await read(descriptor, buffer, filled, bytes - filled, filled)).bytesRead;
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

function asReadError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'EMFILE' || code === 'ENFILE') throw thrown; // not this file's fault: no reason to leave it out
  if (code === 'ELOOP') return new AppError('DENIED', 'it is a link, and links are not followed');
  if (code === 'EACCES' || code === 'EPERM') return new AppError('DENIED', 'this user may not read it');
  if (code === 'ENOENT') return new AppError('NOT_FOUND', 'it is gone');
  const { message } = asAppError(thrown, { path: 'it' });
  return new AppError('DISK', `it could not be read (${message.replace(/\.$/, '')})`, '', { cause: thrown });
}
