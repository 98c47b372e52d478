import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/**
 * Identifies a process among all that have had or will have its pid: by its start, counted in ticks that no clock
 * change affects, and by the boot that the ticks count from. Null where a platform doesn't say.
 */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to its start (Linux), or its start in milliseconds as the system noted it (macOS). */
  startTicks: number | null;
  bootId: string | null;
}

/** Length of the part of the boot id that a key keeps. */
const BOOT_LETTERS = 8;

/** This process. */
export const ownIdentity: Readonly<ProcessIdentity> = {
  pid: process.pid,
  startTicks: lookAt(process.pid).startTicks,
  bootId: readBootId(),
};

/** Whether that exact process still runs. A process that has ended and waits to be reaped (a zombie) doesn't. */
export function isAlive({ pid, startTicks, bootId }: ProcessIdentity): boolean {
  if (bootId !== null && ownIdentity.bootId !== null && !ownIdentity.bootId.startsWith(bootId)) return false;
  const found = lookAt(pid);
  return found.alive && (startTicks === null || found.startTicks === null || found.startTicks === startTicks);
}

/** Encodes `identity` for a file name: `<pid>.<start ticks>.<boot>`, with an x for an unknown part. */
export function keyOf({ pid, startTicks, bootId }: ProcessIdentity): string {
  return `${pid}.${startTicks ?? 'x'}.${bootId?.slice(0, BOOT_LETTERS) ?? 'x'}`;
}

/** This process's key, as in the names of its temporary files. */
export const ownKey = keyOf(ownIdentity);

/** Pattern of a key in a name. */
export const keyPattern = String.raw`\d+\.(?:\d+|x)\.(?:[0-9a-f]{${BOOT_LETTERS}}|x)`;
/** What earlier versions wrote instead. */
export const oldKeyPattern = String.raw`\d+`;

const wholeKey = new RegExp(`^(?:${keyPattern}|${oldKeyPattern})$`);

/** Whether the process that a key names still runs; false for anything that is no key. */
export function isKeyAlive(key: string): boolean {
  if (!wholeKey.test(key)) return false;
  const [pid, ticks, boot] = key.split('.');
  if (ticks === undefined) return isOldPidAlive(Number(pid));
  return isAlive({
    pid: Number(pid),
    startTicks: ticks === 'x' ? null : Number(ticks),
    bootId: boot === undefined || boot === 'x' ? null : boot,
  });
}

/**
 * Whether an earlier Tessera, which wrote its pid alone, may still run as `pid`: a living process other than this
 * one, and on Linux one whose program can run Tessera.
 */
export function isOldPidAlive(pid: number): boolean {
  if (pid === process.pid || !lookAt(pid).alive) return false;
  if (process.platform !== 'linux') return true;
  try {
    const program = path.basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '');
    return program === path.basename(process.execPath) || /node|electron|tessera/i.test(program);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'; // belongs to another person or to the system
  }
}

function lookAt(pid: number): { alive: boolean; startTicks: number | null } {
  const alive = (): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  };
  if (!Number.isSafeInteger(pid) || pid <= 0) return { alive: false, startTicks: null };
  if (process.platform === 'linux') {
    try {
      const about = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // the second field, the program's name in brackets, may hold spaces; the state is the 3rd, the start the 22nd
      const fields = about.slice(about.lastIndexOf(')') + 2).split(' ');
      const ticks = Number(fields[19]);
      return { alive: !/^[ZXx]/.test(fields[0] ?? ''), startTicks: Number.isSafeInteger(ticks) ? ticks : null };
    } catch {
      // gone, or hidden from this person
    }
    return { alive: alive(), startTicks: null };
  }
  return alive() ? lookOutsideLinux(pid) : { alive: false, startTicks: null };
}

function lookOutsideLinux(pid: number): { alive: boolean; startTicks: number | null } {
  if (process.platform === 'win32') return { alive: true, startTicks: null };
  const { stdout, status } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
  });
  if (status !== 0) return { alive: true, startTicks: null };
  const [state = '', ...start] = stdout.trim().split(/\s+/);
  const began = Date.parse(`${start.join(' ')} UTC`);
  return { alive: !state.startsWith('Z'), startTicks: Number.isNaN(began) ? null : began };
}

function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || null;
  } catch {
    return null;
  }
}
