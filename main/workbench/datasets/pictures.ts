import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Items } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { packFileName, thumbnailFileName, type DatasetManifest } from '@shared/specs/dataset';
import { bytesOf, dtypeOf, itemsIn } from '@shared/specs/media';

/** Files kept open: a pack and its thumbnails per dataset that somebody looks at. */
const KEPT_OPEN = 16;

/** Items of a dataset by position, each read where it stands; a pack is never read whole. */
export interface ItemReader {
  /** Those items, or their thumbnails where there are some. Throws BAD_REQUEST for a position beyond the end. */
  read(
    folder: string,
    manifest: DatasetManifest,
    indices: readonly number[],
    which: 'items' | 'thumbnails',
  ): Promise<Items>;
  /** Closes the files of a dataset whose folder is about to move. */
  release(folder: string): Promise<void>;
  close(): Promise<void>;
}

export function createItemReader(): ItemReader {
  const kept = new Map<string, { handle: Promise<FileHandle>; readers: number; dropped: boolean }>();

  const drop = async (file: string): Promise<void> => {
    const entry = kept.get(file);
    if (!entry) return;
    kept.delete(file);
    entry.dropped = true;
    if (entry.readers === 0) await closeQuietly(entry.handle);
  };

  const withFile = async <T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> => {
    const entry = kept.get(file) ?? { handle: open(file, 'r'), readers: 0, dropped: false };
    kept.delete(file);
    kept.set(file, entry);
    if (kept.size > KEPT_OPEN) void drop(kept.keys().next().value!);
    entry.readers += 1;
    try {
      return await use(await entry.handle);
    } catch (cause) {
      void drop(file);
      throw asAppError(cause, { path: file });
    } finally {
      entry.readers -= 1;
      if (entry.dropped && entry.readers === 0) void closeQuietly(entry.handle);
    }
  };

  return {
    read: async (folder, manifest, indices, which) => {
      const beyond = indices.find((index) => index >= manifest.count);
      if (beyond !== undefined) {
        throw new AppError(
          'BAD_REQUEST',
          `There is no item ${beyond}: "${manifest.name}" has items 0 to ${manifest.count - 1}.`,
          '',
          { field: 'indices' },
        );
      }
      const small = which === 'thumbnails' ? manifest.thumbnails : null;
      const signal = small ?? manifest.signal;
      const file = path.join(folder, (small ? thumbnailFileName : packFileName)(signal));
      const size = bytesOf(signal);
      const bytes = new Uint8Array(indices.length * size);
      await withFile(file, (handle) =>
        Promise.all(
          stretches(indices).map(({ at, first, count }) =>
            readFully(handle, bytes.subarray(at * size, (at + count) * size), first * size),
          ),
        ),
      );
      return { signal, dtype: dtypeOf(signal), count: indices.length, data: itemsIn(signal, bytes) };
    },
    release: async (folder) => {
      await Promise.all([...kept.keys()].filter((file) => path.dirname(file) === folder).map(drop));
    },
    close: async () => {
      await Promise.all([...kept.keys()].map(drop));
    },
  };
}

/**
 * Groups `indices` into runs of adjacent positions, each read at once: `count` items from `first`, stored from index
 * `at`.
 */
function stretches(indices: readonly number[]): { at: number; first: number; count: number }[] {
  const found: { at: number; first: number; count: number }[] = [];
  indices.forEach((index, at) => {
    const last = found.at(-1);
    if (last && last.first + last.count === index) last.count += 1;
    else found.push({ at, first: index, count: 1 });
  });
  return found;
}

async function readFully(handle: FileHandle, target: Uint8Array, position: number): Promise<void> {
  let filled = 0;
  while (filled < target.length) {
    const { bytesRead } = await handle.read(target, filled, target.length - filled, position + filled);
    if (bytesRead === 0)
      throw new AppError('BAD_FILE', 'A pack ends before its last item.', 'Import the dataset again.');
    filled += bytesRead;
  }
}

const closeQuietly = (handle: Promise<FileHandle>): Promise<void> =>
  handle.then((open) => open.close()).catch(() => undefined);
