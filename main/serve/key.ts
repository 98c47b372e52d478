import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const KEY_FILE = 'serve-key';
const PORT_FILE = 'serve-port';
/** 32 random bytes, base64url. */
const keyPattern = /^[\w-]{43}$/;

export const newKey = (): string => randomBytes(32).toString('base64url');

/**
 * The key of a workspace's page: made once and the same at every start, so that an open tab goes on. Its file is
 * readable by the person alone (mode 0600); one that others could have read or put there is replaced, and so is one
 * that holds no key. `isKept` is false if the workspace can't be written: then the key lasts for this start alone.
 */
export function workspaceKey(workspace: string, { renew = false } = {}): { key: string; isKept: boolean } {
  const file = path.join(workspace, KEY_FILE);
  const known = renew ? null : readPrivate(file);
  if (known !== null && keyPattern.test(known)) return { key: known, isKept: true };
  const key = newKey();
  return { key, isKept: replace(file, `${key}\n`) };
}

/** The port that the workspace was last served on; null if unknown. */
export function lastPort(workspace: string): number | null {
  try {
    const text = readFileSync(path.join(workspace, PORT_FILE), 'utf8').trim();
    const port = Number(text);
    return /^\d{1,5}$/.test(text) && port > 0 && port < 65536 ? port : null;
  } catch {
    return null;
  }
}

/** Stores the port for the next start, if the workspace can be written. */
export function rememberPort(workspace: string, port: number): void {
  if (lastPort(workspace) !== port) replace(path.join(workspace, PORT_FILE), `${port}\n`);
}

/** Reads a file that only this person can have written and read; null for any other. */
function readPrivate(file: string): string | null {
  try {
    const about = lstatSync(file);
    if (!about.isFile()) return null;
    if (process.platform !== 'win32' && ((about.mode & 0o077) !== 0 || about.uid !== process.getuid?.())) return null;
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function replace(file: string, text: string): boolean {
  // the name marks it as a leftover if this process is killed
  const temporary = `${file}.${process.pid}-${randomInt(1e9)}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, file);
    return true;
  } catch {
    rmSync(temporary, { force: true });
    return false;
  }
}
