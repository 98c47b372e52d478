import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isKeyAlive, keyPattern, oldKeyPattern, ownKey } from './identity';

let counter = 0;

/** Where the new content of `file` is written before it gets its name. */
export function temporaryFile(file: string): string {
  return `${file}.${ownKey}-${(counter += 1)}.tmp`;
}

/** Where the folder `directory` is prepared, beside it. */
export function temporaryFolder(directory: string): string {
  return path.join(path.dirname(directory), `.writing-${path.basename(directory)}-${ownKey}-${(counter += 1)}`);
}

/** A unique name for a folder of this process in a folder that holds only such folders. */
export function workplaceName(): string {
  return `${ownKey}-${randomBytes(6).toString('hex')}`;
}

const unfinished = [
  new RegExp(String.raw`\.(${keyPattern})-\d+\.tmp$`),
  new RegExp(String.raw`^\.writing-.*-(${keyPattern})-\d+$`),
  new RegExp(String.raw`\.part-(${keyPattern})$`),
];
/** Less distinctive names, to be looked for only in Tessera's own folders. */
const unfinishedOld = [
  new RegExp(String.raw`\.(${oldKeyPattern})(?:-\d+)?\.tmp$`),
  new RegExp(String.raw`^\.writing-.*-(${oldKeyPattern})$`),
];
const workplaces = [keyPattern, oldKeyPattern].map((key) => new RegExp(`^(${key})-[0-9a-f]+$`));

const keyIn = (name: string, patterns: readonly RegExp[]): string | undefined =>
  patterns.map((pattern) => pattern.exec(name)?.[1]).find((key) => key !== undefined);

/** Removes folders named by `workplaceName` in `folder` whose processes have ended, and anything else there. */
export function sweepWorkplaces(folder: string): void {
  for (const { name } of entriesOf(folder))
    if (!isKeyAlive(keyIn(name, workplaces) ?? '')) tryRemove(path.join(folder, name));
}

/**
 * Removes unfinished files of killed processes in `folder` and in subfolders down to `depth`; in one of Tessera's
 * own folders (`own`) also those of earlier versions. Files of living processes stay, and so does what can't be read
 * or removed.
 */
export function sweepLeftovers(folder: string, { depth = 0, own = false } = {}): void {
  for (const entry of entriesOf(folder)) {
    const place = path.join(folder, entry.name);
    const key = keyIn(entry.name, unfinished) ?? (own ? keyIn(entry.name, unfinishedOld) : undefined);
    if (key !== undefined) {
      if (!isKeyAlive(key)) tryRemove(place);
    } else if (depth > 0 && entry.isDirectory()) sweepLeftovers(place, { depth: depth - 1, own });
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function tryRemove(place: string): void {
  try {
    rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // another process may be removing it too, or the disk is read-only
  }
}
