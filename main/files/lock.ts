import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { z } from 'zod';
import { isAlive, isOldPidAlive, ownIdentity, ownKey } from './identity';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  // missing in locks of earlier set-ups
  startTicks: z.number().nullable().default(null),
  bootId: z.string().nullable().default(null),
  host: z.string(),
  /** A new one each time a lock is taken; compared when the lock is given back. */
  token: z.string(),
  /** When its process began, for people. */
  startedAt: z.string().default(''),
});

/** Who holds a lock, as its file says. */
export type Holder = z.infer<typeof holderSchema>;

/** Errors that mean hard links can't be made here: FAT, some network folders. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK', 'EISDIR']);
const GUARD_LOOKS = 500;
const GUARD_LOOK_MS = 2;

let counter = 0;

/**
 * Takes the lock file `file` for this process and returns the function that releases it. Of any number of processes
 * that try at once, exactly one gets it; a lock whose holder has ended counts as free. File system errors pass
 * through.
 * @param refuse makes the error to throw while another process has the lock; `holder` is null if it can't be read
 */
export function takeLock(file: string, refuse: (holder: Holder | null) => Error): () => void {
  const taken = tryLock(file);
  if ('release' in taken) return taken.release;
  throw refuse(taken.holder);
}

/**
 * The same for a caller that would rather wait. The lock's content is written under another name and linked into
 * place, so it appears whole and never replaces another's. A dead holder's lock is replaced only by the process that
 * holds the guard beside it, a lock of the same kind, and still finds the dead one there: so nobody takes away a
 * lock that another process has just taken.
 */
export function tryLock(file: string): { release: () => void } | { holder: Holder | null } {
  for (let look = 0; look < GUARD_LOOKS; look++) {
    const own = newHolder();
    if (create(file, own)) return { release: () => release(file, own) };
    const found = read(file);
    if (found === null) continue; // given back meanwhile
    if (isHeld(found)) return { holder: found.holder };
    const guard = tryLock(`${file}.guard`);
    if (!('release' in guard)) {
      pause(GUARD_LOOK_MS);
      continue;
    }
    try {
      const now = read(file);
      if (now === null || now.text !== found.text || isHeld(now)) continue;
      const draft = writeDraft(file, own);
      try {
        renameSync(draft, file);
      } finally {
        rmSync(draft, { force: true });
      }
      return { release: () => release(file, own) };
    } finally {
      guard.release();
    }
  }
  return { holder: null };
}

/** The living process that holds the lock file `file`; null if there is none. */
export function lockHolder(file: string): Holder | null {
  const found = read(file);
  return found !== null && isHeld(found) ? found.holder : null;
}

/** Releases a lock that any part of this process took; another process's stays. */
export function releaseOwnLock(file: string): void {
  const holder = read(file)?.holder;
  if (holder && isOwn(holder)) rmSync(file, { force: true });
}

/** Whether a lock's file names this process. */
export function isOwn({ pid, startTicks, bootId }: Holder): boolean {
  return pid === ownIdentity.pid && startTicks === ownIdentity.startTicks && bootId === ownIdentity.bootId;
}

/** `process 7`, with the computer's name if it is another. */
export function holderText({ pid, host }: Holder): string {
  return host === '' || host === os.hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
}

function newHolder(): Holder {
  return {
    ...ownIdentity,
    host: os.hostname(),
    token: crypto.randomUUID(),
    startedAt: new Date(performance.timeOrigin).toISOString(),
  };
}

function writeDraft(file: string, holder: Holder): string {
  const draft = `${file}.${ownKey}-${(counter += 1)}.tmp`;
  writeFileSync(draft, JSON.stringify(holder));
  return draft;
}

/** Creates the lock; false if it exists already. */
function create(file: string, holder: Holder): boolean {
  const draft = writeDraft(file, holder);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw error;
    return createWithoutLinks(file, holder);
  } finally {
    rmSync(draft, { force: true });
  }
}

function createWithoutLinks(file: string, holder: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock. Nobody replaces a living process's lock, so the file just read is the one removed. */
function release(file: string, own: Holder): void {
  if (read(file)?.holder?.token === own.token) rmSync(file, { force: true });
}

interface Found {
  text: string;
  /** Null if the file names nobody because a power failure cut it short. */
  holder: Holder | null;
  /** Whether an earlier version wrote it, which knew only the pid. */
  old: boolean;
}

/** Null if there is no such file. */
function read(file: string): Found | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (/^\s*\d+\s*$/.test(text)) {
    const holder = { pid: Number(text), startTicks: null, bootId: null, host: '', token: '', startedAt: '' };
    return { text, holder, old: true };
  }
  return { text, holder: parse(text), old: false };
}

function parse(text: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Whether a living process holds the lock. A process on another computer (a shared folder) can't be looked at and
 * counts as alive; the same boot under another host name is this computer.
 */
function isHeld({ holder, old }: Found): boolean {
  if (holder === null) return false;
  if (old) return isOldPidAlive(holder.pid);
  const isHere = holder.host === os.hostname() || (holder.bootId !== null && holder.bootId === ownIdentity.bootId);
  return !isHere || isAlive(holder);
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
