import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@shared/errors';

/** The work that PyTorch repeats: the VQ-VAE's training step; the GPT's step and sampling. */
export type PyTorchScript = 'step' | 'gpt';

/** A Python that has PyTorch, and the scripts. */
export interface PyTorch {
  python: string;
  scripts: Readonly<Record<PyTorchScript, string>>;
  version: string;
}

const FOLDER = path.join('test', 'bench');

/**
 * Finds the PyTorch to compare with, in the given Python or else in the system's. Null where it isn't installed, or
 * where Tessera runs without its sources. Throws NOT_FOUND if the given Python doesn't have it.
 */
export function findPyTorch(given: string | undefined): PyTorch | null {
  const folder = above(FOLDER);
  if (folder === null) return null;
  const script = (name: PyTorchScript) => path.join(folder, `pytorch_${name}.py`);
  const scripts = { step: script('step'), gpt: script('gpt') };
  for (const python of given ? [given] : ['python3', 'python']) {
    const found = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (found.status === 0) return { python, scripts, version: found.stdout.trim() };
  }
  if (given)
    throw new AppError('NOT_FOUND', `${given} is no Python with PyTorch.`, 'Install torch into it, or name another.', {
      field: 'python',
    });
  return null;
}

/** Path of a file or folder in the checkout that this code runs in. */
function above(file: string): string | null {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const found = path.join(folder, file);
    if (existsSync(found)) return found;
    if (folder === path.dirname(folder)) return null;
  }
}
