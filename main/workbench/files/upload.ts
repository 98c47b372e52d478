import { readdirSync, realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@shared/errors';
import type { ImportSource } from '../datasets/datasets';
import { makeFolder, onDiskLater } from '../../files';
import { uploadPath } from './upload-path';

/** Limits of one upload. */
export interface UploadLimits {
  bytes: number;
  files: number;
}
export const defaultUploadLimits: UploadLimits = { bytes: 20 * 1024 ** 3, files: 2_000_000 };

/** Files that a page sends piece by piece into one folder. */
export interface Upload {
  /**
   * Appends a piece to a file; `offset` must be the file's length so far. Throws DENIED, BAD_REQUEST or LIMIT, and
   * then writes nothing.
   */
  write(given: string, offset: number, bytes: Uint8Array): Promise<void>;
  source(): ImportSource;
}

export function createUpload(root: string, limits: UploadLimits): Upload {
  const sizes = new Map<string, number>();
  let total = 0;
  const realRoot = realpathSync(root);

  const writeAt = async (
    file: string,
    given: string,
    size: number,
    offset: number,
    bytes: Uint8Array,
  ): Promise<void> => {
    makeFolder(path.dirname(file));
    if (!isInside(realRoot, realpathSync(path.dirname(file))))
      throw new AppError('DENIED', `"${given}" leads out of the upload.`, '', { field: 'path' });
    const handle = await open(file, size === 0 ? 'w' : 'r+');
    try {
      let written = 0;
      while (written < bytes.length)
        written += (await handle.write(bytes, written, bytes.length - written, offset + written)).bytesWritten;
    } finally {
      await handle.close();
    }
  };

  return {
    write: async (given, offset, bytes) => {
      const relative = uploadPath(given).join(path.sep);
      const size = sizes.get(relative) ?? 0;
      if (offset !== size)
        throw new AppError(
          'BAD_REQUEST',
          `"${given}" has ${size} bytes: the next piece goes there, not at ${offset}.`,
          '',
          { field: 'offset' },
        );
      if (total + bytes.length > limits.bytes)
        throw new AppError(
          'LIMIT',
          `An upload may hold ${limits.bytes} bytes.`,
          'Choose fewer files, or import the folder with the command line.',
        );
      if (!sizes.has(relative) && sizes.size >= limits.files)
        throw new AppError('LIMIT', `An upload may hold ${limits.files} files.`, 'Pack them into a zip.');
      // counted before the first wait, so that pieces sent together can't pass the limits together
      sizes.set(relative, size + bytes.length);
      total += bytes.length;

      const file = path.join(realRoot, relative);
      await onDiskLater(file, () => writeAt(file, given, size, offset, bytes)).catch((error: unknown) => {
        sizes.set(relative, size);
        total -= bytes.length;
        throw error;
      });
    },
    source: () => {
      const entries = readdirSync(realRoot, { withFileTypes: true });
      if (entries.length === 0) throw new AppError('BAD_REQUEST', 'Nothing was uploaded.', '', { field: 'grant' });
      const [first] = entries;
      if (entries.length === 1) return { paths: [path.join(realRoot, first!.name)], name: first!.name };
      // folders beside files are classes of one whole; files alone are each looked at for what they are
      const paths = entries.some((entry) => entry.isDirectory())
        ? [realRoot]
        : entries.map(({ name }) => path.join(realRoot, name));
      return { paths, name: 'upload' };
    },
  };
}

const isInside = (root: string, folder: string): boolean => folder === root || folder.startsWith(root + path.sep);
