import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@shared/errors';
import type { Environment } from './cache';

const run = promisify(execFile);

/** The programs that setting up needs, as absolute paths. */
export interface Tools {
  python: string;
  compiler: string;
}

/** The absolute path of a program, or undefined if no folder of PATH has it. */
export function findOnPath(program: string, environment: Environment = process.env): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (environment.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    for (const suffix of suffixes) {
      const candidate = path.join(folder, program + suffix);
      if (isExecutable(candidate)) return candidate;
    }
  }
  return undefined;
}

/** Python 3 with pip and a C++ compiler, or SETUP_FAILED that says what to install. */
export async function findTools(environment: Environment = process.env): Promise<Tools> {
  const python = await findPython(environment);
  const compiler = ['c++', 'g++', 'clang++'].map((name) => findOnPath(name, environment)).find(Boolean);
  if (compiler === undefined) {
    throw new AppError(
      'SETUP_FAILED',
      'No C++ compiler was found (c++, g++ or clang++).',
      'Install one: "apt-get install g++", "dnf install gcc-c++", or "xcode-select --install" on a Mac.',
    );
  }
  return { python, compiler };
}

/** Python 3 with pip, or SETUP_FAILED that says what to install. */
export async function findPython(environment: Environment): Promise<string> {
  const pythons = ['python3', 'python']
    .map((name) => findOnPath(name, environment))
    .filter((found) => found !== undefined);
  let found = false;
  for (const python of pythons) {
    const version = await answer(python, ['-c', 'import sys; print(sys.version_info[0])'], environment);
    if (version !== '3') continue;
    found = true;
    if ((await answer(python, ['-m', 'pip', '--version'], environment)) !== undefined) return python;
  }
  throw found
    ? new AppError(
        'SETUP_FAILED',
        'Python 3 is here, but without pip.',
        'Install pip: "apt-get install python3-pip", "dnf install python3-pip", or "python3 -m ensurepip".',
      )
    : new AppError(
        'SETUP_FAILED',
        'Python 3 was not found; its pip downloads TensorFlow.',
        'Install it: "apt-get install python3 python3-pip" or "dnf install python3 python3-pip".',
      );
}

async function answer(program: string, args: string[], environment: Environment): Promise<string | undefined> {
  try {
    return (await run(program, args, { env: environment as NodeJS.ProcessEnv, timeout: 60_000 })).stdout.trim();
  } catch {
    return undefined;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
