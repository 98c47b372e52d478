import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '@shared/errors';
import { runFolder } from '@shared/specs';

/**
 * Claims a run for this process; returns the function that gives it up. The lock of a process that is gone, or from
 * before the machine last started, doesn't count. Throws CONFLICT while another process trains the run.
 */
export function takeRun(runDirectory: string): () => void {
  const file = path.join(runDirectory, runFolder.lock);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new AppError('DISK', 'The run’s folder can’t be written to.', 'Check its permissions.', { cause });
      }
      const holder = holderOf(file);
      if (holder !== undefined) throw inUse(holder);
      rmSync(file, { force: true });
    }
  }
  throw inUse(undefined);
}

function holderOf(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    const startedAt = Date.now() - os.uptime() * 1000;
    return isAlive(pid) && statSync(file).mtimeMs > startedAt ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(pid: number | undefined): AppError {
  const who = pid === undefined ? 'Another process' : `Process ${pid}`;
  return new AppError('CONFLICT', `${who} trains this run already.`, 'Stop it first, or wait until it has finished.');
}
