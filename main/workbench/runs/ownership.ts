import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runFolder } from '@shared/specs';
import { holdsLock } from '../workspace';

/** Pid of the workbench that has the run in its queue or at work, also before its trainer has written its own lock. */
const OWNER = 'workbench.lock';

export function takeRun(folder: string): void {
  writeFileSync(path.join(folder, OWNER), String(process.pid));
}

export function letGoOfRun(folder: string): void {
  rmSync(path.join(folder, OWNER), { force: true });
}

/** Whether a trainer, or a workbench other than this one, works on the run. */
export function isAtWorkElsewhere(folder: string): boolean {
  const owner = holdsLock(path.join(folder, OWNER));
  return holdsLock(path.join(folder, runFolder.lock)) !== null || (owner !== null && owner !== process.pid);
}
