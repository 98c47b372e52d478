import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@shared/errors';
import { issueField, issueText } from '@shared/issues';
import {
  type RunManifest,
  type RunState,
  joinRun,
  lostState,
  runFolder,
  runManifestSchema,
  runStateSchema,
} from '@shared/specs';
import { replaceFile } from '../../../files';

export type RunChange = Partial<Omit<RunState, 'updatedAt'>>;

/** run.json and status.json as one. Throws NOT_FOUND without a run.json, BAD_FILE naming the field that is wrong. */
export function readRun(runDirectory: string): RunManifest {
  const parsed = runManifestSchema.safeParse(joinRun(readRecord(runDirectory), readState(runDirectory)));
  if (parsed.success) return parsed.data;
  throw new AppError('BAD_FILE', `${runFolder.manifest} is not right at ${issueText(parsed.error)}.`, '', {
    field: issueField(parsed.error),
  });
}

/**
 * Changes status.json, which is the trainer's alone while it has the run's lock; run.json is the workbench's, and may be gone or cut
 * for a moment while an editor or a copy works on it.
 */
export function updateRun(runDirectory: string, change: RunChange): void {
  const { status, step, failure } = stateOf(runDirectory);
  const state: RunState = { status, step, failure, ...change, updatedAt: new Date().toISOString() };
  replaceFile(path.join(runDirectory, runFolder.status), `${JSON.stringify(state, null, 2)}\n`);
}

/** What status.json says; without one, what a run.json of before there was one says. */
function stateOf(runDirectory: string): Omit<RunState, 'updatedAt'> {
  const written = runStateSchema.safeParse(readState(runDirectory));
  if (written.success) return written.data;
  try {
    return readRun(runDirectory);
  } catch {
    return lostState;
  }
}

function readRecord(runDirectory: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path.join(runDirectory, runFolder.manifest), 'utf8');
  } catch (cause) {
    throw new AppError('NOT_FOUND', `There is no run: ${runFolder.manifest} is missing.`, '', { cause });
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new AppError('BAD_FILE', `${runFolder.manifest} is damaged.`, '', { cause });
  }
}

/** As `joinRun` wants it. */
function readState(runDirectory: string): unknown {
  let text: string;
  try {
    text = readFileSync(path.join(runDirectory, runFolder.status), 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
