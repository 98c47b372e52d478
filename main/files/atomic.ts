import { renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { asAppError } from '@shared/errors';
import { syncFolder, writeDurably } from './durable';
import { temporaryFile, temporaryFolder } from './leftovers';
import { makeFolder } from './folders';
import { onDisk } from './on-disk';

/**
 * Replaces `file` by `content`: temporary file beside it, fsync, rename. A reader at that moment, or after a power
 * failure, finds either the old content or the new. Throws DISK or DENIED.
 */
export function replaceFile(file: string, content: Uint8Array | string): void {
  const temporary = temporaryFile(file);
  onDisk(file, () => {
    try {
      writeDurably(temporary, content);
      renameSync(temporary, file);
    } catch (thrown) {
      rmSync(temporary, { force: true });
      throw thrown;
    }
    syncFolder(path.dirname(file));
  });
}

/**
 * The same for content that arrives in pieces, such as a large file's; makes the folder if need be. Throws DISK or
 * DENIED, and what `chunks` throws; then nothing is left behind.
 */
export async function replaceFileBy(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const temporary = temporaryFile(file);
  try {
    makeFolder(path.dirname(file));
    const handle = await open(temporary, 'wx');
    try {
      for await (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw asAppError(cause, { path: file });
  }
}

/**
 * Makes the folder `directory` with these files in it, at once: under another name beside it first, then renamed. Throws
 * CONFLICT if it exists already, DISK or DENIED otherwise; then nothing is left behind.
 */
export function writeFolder(directory: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  const temporary = temporaryFolder(directory);
  onDisk(directory, () => {
    try {
      for (const [name, content] of Object.entries(files)) {
        const file = path.join(temporary, name);
        makeFolder(path.dirname(file));
        writeDurably(file, content);
      }
      syncFolder(temporary);
      renameSync(temporary, directory);
    } catch (thrown) {
      rmSync(temporary, { recursive: true, force: true });
      throw thrown;
    }
    syncFolder(path.dirname(directory));
  });
}
