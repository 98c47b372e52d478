import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@shared/errors';
import { type RunManifest, runFolder, runManifestSchema } from '@shared/specs';
import { replaceFile } from './atomic';

/** What the trainer writes of run.json; everything else is the workbench's. */
export type RunChange = Partial<Pick<RunManifest, 'status' | 'step' | 'failure'>>;

/** Throws NOT_FOUND without a run.json, BAD_FILE naming the field that is wrong. */
export function readRun(runDirectory: string): RunManifest {
  const parsed = runManifestSchema.safeParse(readJson(runDirectory));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new AppError('BAD_FILE', `${runFolder.manifest} is not right at ${field}: ${issue?.message ?? ''}.`, '', {
    field,
  });
}

/** Reads, changes and writes run.json in one turn; fields that this version doesn't know are kept. */
export function updateRun(runDirectory: string, change: RunChange): void {
  const manifest = { ...readJson(runDirectory), ...change, updatedAt: new Date().toISOString() };
  replaceFile(path.join(runDirectory, runFolder.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
}

function readJson(runDirectory: string): Record<string, unknown> {
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
