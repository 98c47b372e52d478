import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { z } from 'zod';
import { isAlive, isOldPidAlive, ownIdentity, ownKey } from './identity';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  // what set-up's locks of before lacked
  startTicks: z.number().nullable().default(null),
  bootId: z.string().nullable().default(null),
  host: z.string(),
  /** Another one each time a lock is taken: whoever gives back compares it. */
  token: z.string(),
  /** When its process began, for people. */
  startedAt: z.string().default(''),
});

/** Who holds a lock, as its file says. */
export type Holder = z.infer<typeof holderSchema>;

/** What tells a lock's processes that a link can't be made here: FAT, some network folders. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK', 'EISDIR']);
const GUARD_LOOKS = 500;
const GUARD_LOOK_MS = 2;

let counter = 0;

/**
 * Takes the lock file `file` for this process and returns what gives it back: of however many try at once, one gets it,
 * and one whose holder is gone counts as free. Errors of the file system come as they are.
 * @param refuse makes the error to throw while another process has it; `holder` is null where that can't be read
 */
export function takeLock(file: string, refuse: (holder: Holder | null) => Error): () => void {
  const taken = tryLock(file);
  if ('release' in taken) return taken.release;
  throw refuse(taken.holder);
}

/**
 * The same for whoever would rather wait. The lock's content is written under another name and linked into place, so it
 * appears whole and never over another's. A dead holder's lock is replaced by whoever holds the guard beside it, a lock of
 * the same kind, and still finds the dead one there: so nobody takes away what another has just taken.
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

/** Gives back a lock that this process took, whichever part of it did; another's stays. */
export function releaseOwnLock(file: string): void {
  const holder = read(file)?.holder;
  if (holder && isOwn(holder)) rmSync(file, { force: true });
}

/** Whether it is this process that a lock's file names. */
export function isOwn({ pid, startTicks, bootId }: Holder): boolean {
  return pid === ownIdentity.pid && startTicks === ownIdentity.startTicks && bootId === ownIdentity.bootId;
}

/** `process 7`, and the computer if it is another. */
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

/** False if there is a lock already. */
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

/** Nobody replaces the lock of a process that lives, so what was just read is what is removed. */
function release(file: string, own: Holder): void {
  if (read(file)?.holder?.token === own.token) rmSync(file, { force: true });
}

interface Found {
  text: string;
  /** Null for a file that names nobody: one cut short by a power failure. */
  holder: Holder | null;
  /** Written by a version that knew the pid alone. */
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
 * A process of another computer (a shared folder) can't be looked at and counts as alive; the same boot under another
 * name is this computer.
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
