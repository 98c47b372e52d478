import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@shared/errors';
import { syncFolder, writeDurably } from './durable';

let counter = 0;

/**
 * Replaces `file` by `content`: temporary file beside it, fsync, rename. Whoever reads meanwhile, or after the power
 * failed, finds the old content or the new. Throws DISK.
 */
export function replaceFile(file: string, content: Uint8Array | string): void {
  const temporary = `${file}.${process.pid}-${(counter += 1)}.tmp`;
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
 * Makes the folder `directory` with these files in it, at once: under another name beside it first, then renamed. Throws
 * CONFLICT if it exists already, DISK otherwise; then nothing is left behind.
 */
export function writeFolder(directory: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  const temporary = path.join(path.dirname(directory), `.writing-${path.basename(directory)}-${process.pid}`);
  onDisk(directory, () => {
    rmSync(temporary, { recursive: true, force: true });
    try {
      for (const [name, content] of Object.entries(files)) {
        const file = path.join(temporary, name);
        mkdirSync(path.dirname(file), { recursive: true });
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

function onDisk(target: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const name = path.basename(target);
    if (code === 'ENOTEMPTY' || code === 'EEXIST')
      throw new AppError('CONFLICT', `${name} exists already.`, 'Choose a new folder.', { cause });
    if (code === 'ENOSPC')
      throw new AppError('DISK', `The disk is full: ${name} was not written.`, 'Make room, then continue.', { cause });
    throw new AppError('DISK', `${name} could not be written (${code ?? String(cause)}).`, '', { cause });
  }
}
