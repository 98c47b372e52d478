import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@shared/errors';
import type { Outside } from './outside';

/** An argument as an absolute path of something that exists; NOT_FOUND names it otherwise. */
export async function existing(outside: Outside, argument: string): Promise<string> {
  const absolute = path.resolve(outside.directory, argument);
  try {
    await stat(absolute);
  } catch {
    throw new AppError('NOT_FOUND', `There is no file or folder "${argument}".`, '', { field: argument });
  }
  return absolute;
}

/** Writes a whole file or nothing: beside its place, to the disk, then under its name. Makes the folder if need be. */
export async function writeWhole(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.part`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      for await (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause instanceof AppError
      ? cause
      : new AppError('DISK', `"${file}" could not be written: ${(cause as Error).message}`, '', { cause, field: file });
  }
}
