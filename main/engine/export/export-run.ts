import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ExportFormat, ExportResult } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { makeFolder, syncFolder, syncTree, temporaryFolder } from '../../files';
import type { Advance, ExportPhase } from './advance';
import { openExportable } from './writers';

export interface ExportRequest {
  runDirectory: string;
  /** Step of the checkpoint. */
  step: number;
  format: ExportFormat;
  /** The folder to make; must not exist. */
  directory: string;
  /** Gives up between two parts of the work; then nothing is left behind. */
  signal?: AbortSignal;
  /** Told of every part that is done: signatures captured, bytes written. */
  onProgress?(phase: ExportPhase, done: number, total: number): void;
}

/**
 * Exports a checkpoint into a new folder, which appears on the disk whole or not at all.
 * @throws NOT_FOUND or BAD_FILE for run and checkpoint, CONFLICT if the folder exists, CANCELLED, DISK
 */
export async function exportRun(request: ExportRequest): Promise<ExportResult> {
  const { runDirectory, step, format, directory, signal, onProgress } = request;
  if (existsSync(directory)) {
    throw new AppError('CONFLICT', `${path.basename(directory)} exists already.`, 'Choose a new folder.', {
      field: 'directory',
    });
  }
  const temporary = temporaryFolder(directory);
  const requireWanted = (): void => {
    if (signal?.aborted) throw new AppError('CANCELLED', 'The export was cancelled; nothing was written.');
  };
  const advance: Advance = async (phase, done, total) => {
    onProgress?.(phase, done, total);
    await setImmediate();
    requireWanted();
  };
  await advance('loading', 0, 1);
  const run = await openExportable(runDirectory, step);
  try {
    await advance('loading', 1, 1);
    makeFolder(path.dirname(directory));
    await run.write(format, temporary, advance);
    syncTree(temporary);
    requireWanted();
    renameSync(temporary, directory);
    syncFolder(path.dirname(directory));
    return { format, path: directory, files: filesIn(directory) };
  } catch (thrown) {
    rmSync(temporary, { recursive: true, force: true });
    throw asAppError(thrown, { path: directory });
  } finally {
    run.dispose();
  }
}

function filesIn(directory: string): ExportResult['files'] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name: name.split(path.sep).join('/'), stats: statSync(path.join(directory, name)) }))
    .filter(({ stats }) => stats.isFile())
    .map(({ name, stats }) => ({ name, bytes: stats.size }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
