import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isKeyAlive, keyPattern, ownKey } from './identity';

let counter = 0;

/** Where the new content of `file` is written before it gets its name. */
export function temporaryFile(file: string): string {
  return `${file}.${ownKey}-${(counter += 1)}.tmp`;
}

/** Where the folder `directory` is prepared, beside it. */
export function temporaryFolder(directory: string): string {
  return path.join(path.dirname(directory), `.writing-${path.basename(directory)}-${ownKey}-${(counter += 1)}`);
}

const made = [
  new RegExp(String.raw`\.(${keyPattern})-\d+\.tmp$`),
  new RegExp(String.raw`^\.writing-.*-(${keyPattern})(?:-\d+)?$`),
  new RegExp(String.raw`\.part-(${keyPattern})$`),
];

/** Whether `name` is of something that a process made on the way and, being no more, will never finish. */
export function isLeftover(name: string): boolean {
  const key = made.map((pattern) => pattern.exec(name)?.[1]).find((found) => found !== undefined);
  return key !== undefined && !isKeyAlive(key);
}

/**
 * Removes what killed processes left unfinished in `folder`, and in the folders below down to `depth`. What can't be read
 * or removed stays: it is in nobody's way.
 */
export function sweepLeftovers(folder: string, depth = 0): void {
  for (const entry of entriesOf(folder)) {
    const place = path.join(folder, entry.name);
    if (isLeftover(entry.name)) tryRemove(place);
    else if (depth > 0 && entry.isDirectory()) sweepLeftovers(place, depth - 1);
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
    // another may be at it too
  }
}
