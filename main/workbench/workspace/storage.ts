import { accessSync, constants, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StorageState } from '@shared/contract';
import { AppError } from '@shared/errors';
import { temporaryFile } from '../../files';
import type { Clock } from '../engine';

/** Bytes of a probe: enough for the small files that a workbench writes. */
const PROBE_BYTES = 64 * 1024;
/** With less free space than this, writing is tried, not only the free space read. */
const LITTLE_BYTES = 4 * 1024 * 1024;
const LOOK_EVERY_MS = 10_000;
/** Interval while something is wrong. */
const RETRY_EVERY_MS = 2_000;

const OF_ROOM = new Set(['ENOSPC', 'EDQUOT']);

/** Watches whether the folder of a workspace can be written. */
export interface Storage {
  state(): StorageState;
  /**
   * Throws DISK or DENIED, naming the folder and what to do, while nothing can be written: call it before long work.
   */
  requireWritable(): void;
  /**
   * Calls `task` while something is wrong, and once more when it is well again: it does the work that waits, and
   * returns whether some still waits.
   */
  retry(task: (isWritable: boolean) => boolean): void;
  /** Something could not be written: checks now, and until all is well. */
  suspect(): void;
  /** Checks every ten seconds from now on. */
  watch(): void;
  close(): void;
}

export interface StorageOptions {
  root: string;
  clock: Clock;
  onChanged(state: StorageState): void;
  probe?: (root: string) => StorageState['state'];
}

export function createStorage({ root, clock, onChanged, probe = probeFolder }: StorageOptions): Storage {
  const tasks: ((isWritable: boolean) => boolean)[] = [];
  const retryAll = (): boolean => tasks.map((task) => task(state === 'writable')).includes(true);
  let state = probe(root);
  let isWatching = false;
  let waits = false;
  let cancel: (() => void) | null = null;

  const look = (thoroughly: boolean): void => {
    const before = state;
    state = thoroughly || state !== 'writable' ? probe(root) : glance(root, probe);
    waits = before !== 'writable' || waits ? retryAll() : false;
    if (state !== before) onChanged(describe(state, root));
  };
  const arm = (): void => {
    cancel?.();
    const isWell = state === 'writable' && !waits;
    if (isWell && !isWatching) return void (cancel = null);
    cancel = clock.after(isWell ? LOOK_EVERY_MS : RETRY_EVERY_MS, () => {
      try {
        look(false);
      } finally {
        arm();
      }
    });
  };

  return {
    state: () => describe(state, root),
    requireWritable: () => {
      if (state !== 'writable') look(true);
      if (state === 'writable') return;
      const { message, hint } = describe(state, root);
      throw new AppError(state === 'full' ? 'DISK' : 'DENIED', message, hint, { field: root });
    },
    retry: (task) => void tasks.push(task),
    suspect: () => {
      waits = true;
      look(true);
      arm();
    },
    watch: () => {
      isWatching = true;
      arm();
    },
    close: () => {
      isWatching = false;
      cancel?.();
      cancel = null;
    },
  };
}

/** Writes a small file into a folder, and deletes it. A folder that is gone counts as not writable. */
export function probeFolder(root: string): StorageState['state'] {
  const file = temporaryFile(path.join(root, 'storage'));
  try {
    writeFileSync(file, Buffer.alloc(PROBE_BYTES));
    return 'writable';
  } catch (error) {
    return OF_ROOM.has((error as NodeJS.ErrnoException).code ?? '') ? 'full' : 'read-only';
  } finally {
    remove(file);
  }
}

/** The same as `probe`, without writing if there is no doubt. */
function glance(root: string, probe: (root: string) => StorageState['state']): StorageState['state'] {
  try {
    accessSync(root, constants.W_OK);
    const { bavail, bsize } = statfsSync(root);
    return bavail * bsize > LITTLE_BYTES ? 'writable' : probe(root);
  } catch {
    return probe(root);
  }
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // where nothing can be written there is nothing to remove
  }
}

function describe(state: StorageState['state'], folder: string): StorageState {
  if (state === 'writable') return { state, folder, message: '', hint: '' };
  return state === 'full'
    ? {
        state,
        folder,
        message: `The disk of the workspace ${folder} is full.`,
        hint: 'You can look at everything, and delete: empty the bin, delete runs or datasets, or make room elsewhere on the disk.',
      }
    : {
        state,
        folder,
        message: `The workspace ${folder} may not be written to.`,
        hint: 'You can look at everything. To change something, give your user the right to write there, or choose another workspace with --workspace.',
      };
}
