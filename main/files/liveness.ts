import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';

/** Clocks of boot time, process start and file times differ by less than this. */
const SLACK_MS = 3_000;
const CLOCK_TICKS_PER_SECOND = 100;

/**
 * The pid in the lock file `file` if the process that wrote it still lives, else null. A pid that another process got
 * since (after a reboot, or much later) doesn't count: a lock written before its process began is not that process's.
 */
export function holdsLock(file: string): number | null {
  let pid: number;
  let writtenAt: number;
  try {
    pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    writtenAt = statSync(file).mtimeMs;
  } catch {
    return null;
  }
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  return writtenAt + SLACK_MS < startOf(pid) ? null : pid;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When process `pid` began, in milliseconds since the epoch: exact on Linux, elsewhere no earlier than the last boot. */
function startOf(pid: number): number {
  const booted = Date.now() - os.uptime() * 1000;
  try {
    const about = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the second field, the program's name in brackets, may hold spaces; start time is the 22nd
    const fields = about.slice(about.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[19]);
    return Number.isFinite(ticks) ? booted + (ticks / CLOCK_TICKS_PER_SECOND) * 1000 : booted;
  } catch {
    return booted;
  }
}
