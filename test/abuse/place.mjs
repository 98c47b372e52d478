// Where the abuse happens: a workspace on a small disk of its own where this user may mount one, and what can be done to it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const MEGABYTES = 96;

export function createPlace() {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tessera-abuse-'));
  const mounted =
    process.platform === 'linux' &&
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'tmpfs', root], { stdio: 'ignore' }).status === 0;
  const workspace = path.join(root, 'workspace');
  const ballast = path.join(root, 'ballast');
  fs.mkdirSync(workspace);
  let files = 0;
  return {
    root,
    workspace,
    /** Whether the disk can be filled. */
    mounted,
    fill: () => {
      fs.mkdirSync(ballast, { recursive: true });
      while (fs.statfsSync(root).bavail > 0) {
        const { bavail, bsize } = fs.statfsSync(root);
        try {
          fs.writeFileSync(path.join(ballast, String((files += 1))), Buffer.alloc(bavail * bsize));
        } catch {
          // somebody else was faster
        }
      }
    },
    makeRoom: () => fs.rmSync(ballast, { recursive: true, force: true }),
    remove: () => {
      if (mounted) spawnSync('umount', ['-l', root], { stdio: 'ignore' });
      fs.rmSync(root, { recursive: true, force: true });
    },
    /** The newest step with a whole checkpoint; 0 without one. */
    checkpoint: (run) => {
      const folder = path.join(workspace, 'runs', run, 'checkpoints');
      const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
      const whole = names.filter((name) => /^\d+$/.test(name) && isWhole(path.join(folder, name)));
      return Math.max(0, ...whole.map(Number));
    },
    /** The step that the run's newest trainer began at, as its log says; null if it has not begun. */
    begun: (run, from) => {
      const log = path.join(workspace, 'runs', run, 'log.txt');
      const text = fs.existsSync(log) ? fs.readFileSync(log).subarray(from).toString() : '';
      const found = [...text.matchAll(/Training from step (\d+)\./g)].at(-1);
      return found ? Number(found[1]) : null;
    },
    logSize: (run) => fs.statSync(path.join(workspace, 'runs', run, 'log.txt'), { throwIfNoEntry: false })?.size ?? 0,
  };
}

function isWhole(folder) {
  try {
    JSON.parse(fs.readFileSync(path.join(folder, 'state.json'), 'utf8'));
    return fs.existsSync(path.join(folder, 'weights.safetensors'));
  } catch {
    return false;
  }
}
