import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '@shared/errors';

const holderSchema = z.object({ pid: z.number().int(), host: z.string(), token: z.string() });
type Holder = z.infer<typeof holderSchema>;

export interface LockOptions {
  /** Called once if somebody else holds the lock. */
  onWait?: (pid: number) => void;
  signal?: AbortSignal;
  /** How long to wait between looks. */
  interval?: number;
}

/**
 * Takes a lock file, waiting for its holder; a holder whose process is gone (killed, power cut) no longer counts.
 * @returns what gives it back
 */
export async function acquireLock(file: string, options: LockOptions = {}): Promise<() => Promise<void>> {
  const { onWait, signal, interval = 300 } = options;
  const own: Holder = { pid: process.pid, host: os.hostname(), token: crypto.randomUUID() };
  await mkdir(path.dirname(file), { recursive: true });
  let told = false;
  while (!(await tryCreate(file, own))) {
    signal?.throwIfAborted();
    const holder = await readHolder(file);
    if (holder && isGone(holder)) {
      await removeIfStill(file, holder);
      continue;
    }
    if (holder && !told) {
      told = true;
      onWait?.(holder.pid);
    }
    await sleep(interval, undefined, signal ? { signal } : {});
  }
  return () => removeIfStill(file, own);
}

/** Whole or not at all: the content is written under another name and linked into place, which fails if it is taken. */
async function tryCreate(file: string, holder: Holder): Promise<boolean> {
  const draft = `${file}.${holder.token}`;
  try {
    await writeFile(draft, JSON.stringify(holder));
    await link(draft, file);
    return true;
  } catch (error) {
    if (isNodeError(error) && error.code === 'EEXIST') return false;
    throw new AppError(
      'DISK',
      `The lock ${file} could not be written.`,
      'Check that the folder is writable, or set TESSERA_CACHE.',
      { cause: error },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Moves the lock aside before looking at it, so that of two processes only one removes it; if it turns out to be
 * another one's, it goes back.
 */
async function removeIfStill(file: string, holder: Holder): Promise<void> {
  const aside = `${file}.${crypto.randomUUID()}.aside`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const found = await readHolder(aside);
  if (found && found.token !== holder.token) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

/** A process of another machine (a shared home folder) can't be looked at: it counts as alive. */
function isGone({ pid, host }: Holder): boolean {
  if (host !== os.hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return isNodeError(error) && error.code === 'ESRCH';
  }
}

function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}
