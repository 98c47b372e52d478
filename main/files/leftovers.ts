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

/** A name for a folder of this process's own in a folder that holds nothing else. */
export function workplaceName(): string {
  return `${ownKey}-${randomBytes(6).toString('hex')}`;
}

const unfinished = [
  new RegExp(String.raw`\.(${keyPattern})-\d+\.tmp$`),
  new RegExp(String.raw`^\.writing-.*-(${keyPattern})-\d+$`),
  new RegExp(String.raw`\.part-(${keyPattern})$`),
];
/** Less of a name of its own: only to be looked for where all that lies is Tessera's. */
const unfinishedOld = [
  new RegExp(String.raw`\.(${oldKeyPattern})(?:-\d+)?\.tmp$`),
  new RegExp(String.raw`^\.writing-.*-(${oldKeyPattern})$`),
];
const workplaces = [keyPattern, oldKeyPattern].map((key) => new RegExp(`^(${key})-[0-9a-f]+$`));

const keyIn = (name: string, patterns: readonly RegExp[]): string | undefined =>
  patterns.map((pattern) => pattern.exec(name)?.[1]).find((key) => key !== undefined);

/** Removes the folders of `workplaceName` in `folder` whose processes are no more, and whatever else lies there. */
export function sweepWorkplaces(folder: string): void {
  for (const { name } of entriesOf(folder))
    if (!isKeyAlive(keyIn(name, workplaces) ?? '')) tryRemove(path.join(folder, name));
}

/**
 * Removes what killed processes left unfinished in `folder`, and in the folders below down to `depth`; in a folder of
 * Tessera's `own` also what versions before left. What a living process works on stays, and so does what can't be read or
 * removed: it is in nobody's way.
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
    // another may be at it too, or the disk can only be read
  }
}
