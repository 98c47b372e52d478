import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A Python that has PyTorch, and the script with the same training step. */
export interface PyTorch {
  python: string;
  script: string;
  version: string;
}

const SCRIPT = path.join('test', 'bench', 'pytorch_step.py');

/**
 * Finds PyTorch to compare with: the given Python, else TESSERA_PYTHON, else the system's. Null where it isn't installed,
 * or where Tessera runs without its sources.
 */
export function findPyTorch(given: string | undefined, environment: NodeJS.ProcessEnv = process.env): PyTorch | null {
  const script = above(SCRIPT);
  if (script === null) return null;
  for (const python of [given, environment.TESSERA_PYTHON, 'python3', 'python']) {
    if (!python) continue;
    const found = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (found.status === 0) return { python, script, version: found.stdout.trim() };
  }
  return null;
}

/** A file of the checkout that this code runs in. */
function above(file: string): string | null {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const found = path.join(folder, file);
    if (existsSync(found)) return found;
    if (folder === path.dirname(folder)) return null;
  }
}
