import { existsSync, renameSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointChoice, ExportFormat, ExportResult, ProgressReport } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { Models } from '../studio';
import { syncFolder, writeFolder } from '../../files';
import type { Staging } from '../workspace';

/** Most bytes per answer. */
export const PIECE_BYTES = 4 * 1024 * 1024;
/** Name, in a workplace, of the folder that becomes the export. */
const NEW = 'new';
/** Name there of the export that is being replaced. */
const OLD = 'old';
const idPattern = /^[a-z0-9][a-z0-9-]{0,120}$/;

export interface Exports {
  /**
   * Writes an export, whole or not at all; the same checkpoint and format replaces the last one, which stays until
   * the new one is whole. If the workspace can't be written to, the export lies among the system's temporary files
   * until `close`.
   */
  create(
    run: string,
    checkpoint: CheckpointChoice,
    format: ExportFormat,
    options: { signal: AbortSignal; onProgress(report: ProgressReport): void },
  ): Promise<ExportResult & { id: string }>;
  /** Writes files as an export of that id, whole or not at all, in the place of the last one. */
  write(
    id: string,
    files: Readonly<Record<string, Uint8Array | string>>,
  ): Promise<Omit<ExportResult, 'format'> & { id: string }>;
  /** Reads at most 4 MiB of an export's file. Throws NOT_FOUND for a file that the export lacks. */
  read(id: string, file: string, offset: number): Promise<{ bytes: Uint8Array; total: number }>;
  /** Throws NOT_FOUND. */
  folder(id: string): Promise<string>;
  /** Deletes what could not be put into the workspace. */
  close(): Promise<void>;
}

export function createExports({ root, models, staging }: { root: string; models: Models; staging: Staging }): Exports {
  /** Exports that lie outside the workspace, by id. */
  const elsewhere = new Map<string, { workplace: string; place: string }>();
  /** Whether a workplace lies outside the workspace, because nothing can be written there: see `Staging.create`. */
  const isOutside = (workplace: string): boolean => path.relative(path.dirname(root), workplace).startsWith('..');
  const removeWorkplace = async (workplace: string): Promise<void> => {
    const isKept = [...elsewhere.values()].some((kept) => kept.workplace === workplace);
    if (!isKept) await staging.remove(workplace);
  };
  const folder = async (id: string): Promise<string> => {
    const place = elsewhere.get(id)?.place ?? path.join(root, id);
    const isThere =
      idPattern.test(id) &&
      (await stat(place).then(
        (found) => found.isDirectory(),
        () => false,
      ));
    if (!isThere)
      throw new AppError('NOT_FOUND', `There is no export "${id}".`, 'Export the run again.', { field: 'id' });
    return place;
  };

  /** Moves a finished export from its workplace to where exports lie; returns its path. */
  const putInPlace = (workplace: string, id: string): string => {
    const place = path.join(root, id);
    const old = path.join(workplace, OLD);
    const before = elsewhere.get(id);
    try {
      // nothing may run in between: whoever lists exports finds the old one or the new one
      if (existsSync(place)) renameSync(place, old);
      renameSync(path.join(workplace, NEW), place);
      elsewhere.delete(id);
    } catch (error) {
      if (existsSync(old)) renameSync(old, place);
      if (!isOutside(workplace) && !isAnotherDisk(error)) throw error;
      elsewhere.set(id, { workplace, place: path.join(workplace, NEW) });
    }
    if (before) staging.remove(before.workplace).catch(() => undefined); // the system's temporary files go by themselves
    if (elsewhere.has(id)) return path.join(workplace, NEW);
    syncFolder(root);
    return place;
  };

  return {
    folder,
    close: async () => {
      for (const { workplace } of elsewhere.values()) await staging.remove(workplace);
      elsewhere.clear();
    },
    create: async (run, checkpoint, format, { signal, onProgress }) => {
      const workplace = staging.create();
      const made = path.join(workplace, NEW); // the engine makes the folder itself, whole or not at all
      try {
        const step = await models.withCheckpoint(
          { run, checkpoint },
          async (at) => {
            const what = { format, directory: made };
            await models.ask('studio.export', { run, checkpoint: at }, what, { signal, onProgress });
            return at;
          },
          signal,
        );
        const files = await listFiles(made);
        if (files.length === 0) throw new AppError('INTERNAL', 'The export wrote no file.');
        signal.throwIfAborted();
        const id = `${run}-${step}-${format}`;
        return { id, format, path: putInPlace(workplace, id), files };
      } finally {
        await removeWorkplace(workplace);
      }
    },
    write: async (id, content) => {
      const workplace = staging.create();
      try {
        writeFolder(path.join(workplace, NEW), content);
        const files = await listFiles(path.join(workplace, NEW));
        return { id, path: putInPlace(workplace, id), files };
      } finally {
        await removeWorkplace(workplace);
      }
    },
    read: async (id, file, offset) => {
      const place = await folder(id);
      // only names that listing the folder gives are opened: no path of a request reaches the disk
      const known = (await listFiles(place)).find(({ name }) => name === file);
      if (!known) throw new AppError('NOT_FOUND', `The export "${id}" has no file "${file}".`, '', { field: 'file' });
      if (offset > known.bytes)
        throw new AppError('BAD_REQUEST', `"${file}" has ${known.bytes} bytes; there is nothing at ${offset}.`, '', {
          field: 'offset',
        });
      const handle = await open(path.join(place, ...known.name.split('/')), 'r');
      try {
        const bytes = new Uint8Array(Math.min(PIECE_BYTES, known.bytes - offset));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
        return { bytes: bytes.subarray(0, bytesRead), total: known.bytes };
      } finally {
        await handle.close();
      }
    },
  };
}

/** Whether an export was made on another disk than the workspace, so that it can't be moved there. */
const isAnotherDisk = (error: unknown): boolean =>
  ['EXDEV', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Regular files below `root`, by path with forward slashes, sorted; links are skipped. */
async function listFiles(root: string): Promise<{ name: string; bytes: number }[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return { name: path.relative(root, file).split(path.sep).join('/'), bytes: (await stat(file)).size };
    });
  return (await Promise.all(files)).sort((a, b) => (a.name < b.name ? -1 : 1));
}
