import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A disk of a few MB at `folder`, that can be filled, or seen read-only. */
export interface SmallDisk {
  folder: string;
  /** Leaves not one byte free. */
  fill(): void;
  makeRoom(): void;
  /** The same files under another folder, where they may only be read. */
  readOnlyView(): string;
  remove(): void;
}

/** null where this user may not mount (Linux, root or a user namespace of one's own, may). */
export function createSmallDisk(megabytes = 8): SmallDisk | null {
  if (process.platform !== 'linux') return null;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-disk-'));
  const mount = (...args: string[]): boolean => spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
  if (!mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)) {
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
  const ballast = path.join(folder, 'ballast');
  mkdirSync(ballast);
  const views: string[] = [];
  let files = 0;
  return {
    folder,
    fill: () => {
      // what was freed meanwhile is taken as well
      while (statfsSync(folder).bavail > 0) {
        try {
          const { bavail, bsize } = statfsSync(folder);
          writeFileSync(path.join(ballast, String((files += 1))), Buffer.alloc(bavail * bsize));
        } catch {
          // somebody else was faster
        }
      }
    },
    makeRoom: () => {
      rmSync(ballast, { recursive: true, force: true });
      mkdirSync(ballast);
    },
    readOnlyView: () => {
      const view = mkdtempSync(path.join(os.tmpdir(), 'tessera-view-'));
      mount('--bind', '-o', 'ro', folder, view);
      views.push(view);
      return view;
    },
    remove: () => {
      for (const place of [...views, folder]) {
        spawnSync('umount', ['-l', place], { stdio: 'ignore' });
        rmSync(place, { recursive: true, force: true });
      }
    },
  };
}
