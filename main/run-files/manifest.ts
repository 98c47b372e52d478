import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@shared/errors';
import { issueText } from '@shared/issues';
import {
  type RunManifest,
  type RunState,
  joinRun,
  lostState,
  runFolder,
  runManifestSchema,
  runStateSchema,
} from '@shared/specs';
import { replaceFile } from '../files';

export type RunChange = Partial<Omit<RunState, 'updatedAt'>>;

/** run.json and status.json as one. Throws NOT_FOUND without a run.json, BAD_FILE naming the file and the field that is wrong. */
export function readRun(folder: string): RunManifest {
  const parsed = runManifestSchema.safeParse(joinRun(readRecord(folder), readStatus(folder)));
  if (parsed.success) return parsed.data;
  const file = path.join(folder, runFolder.manifest);
  throw new AppError('BAD_FILE', `${file}: ${issueText(parsed.error)}.`, '', { field: file });
}

/** Reads run.json with fields unknown to this version. Throws as `readRun`. */
export function readRecord(folder: string): Record<string, unknown> {
  const file = path.join(folder, runFolder.manifest);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AppError('NOT_FOUND', `There is no run: ${runFolder.manifest} is missing.`, '', { cause });
    throw new AppError('BAD_FILE', `${file} can't be read as JSON.`, '', { field: file, cause });
  }
}

/** Reads status.json as `joinRun` wants it: undefined without the file, null if it is not JSON. */
export function readStatus(folder: string): unknown {
  let text: string;
  try {
    text = readFileSync(path.join(folder, runFolder.status), 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function writeStatus(folder: string, state: RunState): void {
  replaceFile(path.join(folder, runFolder.status), `${JSON.stringify(state, null, 2)}\n`);
}

/**
 * Changes status.json, which belongs to the trainer while it has the run's lock; run.json belongs to the workbench,
 * and may be missing or cut for a moment while an editor or a copy works on it.
 */
export function updateRun(folder: string, change: RunChange): void {
  const { status, step, failure } = stateOf(folder);
  writeStatus(folder, { status, step, failure, ...change, updatedAt: new Date().toISOString() });
}

/** The state in status.json, or in an old run.json if there is no status.json. */
function stateOf(folder: string): Omit<RunState, 'updatedAt'> {
  const written = runStateSchema.safeParse(readStatus(folder));
  if (written.success) return written.data;
  try {
    return readRun(folder);
  } catch {
    return lostState;
  }
}

/**
 * A text that changes when run.json or status.json is replaced; null without a run.json. Throws BAD_FILE if the
 * files can't be looked at.
 */
export function stampOf(folder: string): string | null {
  const record = fileStamp(path.join(folder, runFolder.manifest));
  return record === null ? null : `${record} ${statusStamp(folder)}`;
}

/** A text that changes when status.json is replaced; null without one. Throws as `stampOf`. */
export const statusStamp = (folder: string): string | null => fileStamp(path.join(folder, runFolder.status));

function fileStamp(file: string): string | null {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : null;
  } catch (cause) {
    throw new AppError('BAD_FILE', `${file} can't be read.`, '', { field: file, cause });
  }
}
