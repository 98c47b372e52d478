import { open, readdir, rename, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '@shared/errors';
import { makeFolder, ownKey, sweepLeftovers } from '../../../files';
import { type Environment, cacheFolder, engineFolder } from './cache';
import { unusedCard } from './card';
import { checkBindings } from './check';
import { LIBRARY_FOLDER, compileBindings } from './compile';
import { linkCudaLibraries } from './cuda-links';
import { downloadWheel, removeUnfinished } from './download';
import { type Installation, type Stamp, installationOf, readStamp } from './installation';
import { acquireLock } from './lock';
import { type Build, chooseBuild, pins, thisMachine } from './pins';
import type { SetUpProgress } from './progress';
import { findTools } from './tools';
import { unpackWheel } from './unpack';

export interface SetUpOptions {
  environment?: Environment;
  build?: Build;
  /** Installs anew even if there is a complete installation. */
  force?: boolean;
  onProgress?: (progress: SetUpProgress) => void;
  signal?: AbortSignal;
}

/** Where wheels are unpacked, as in Python's site-packages. */
const SITE = 'site';

/** Peak disk space that downloading, unpacking and compiling take, in bytes. */
const ROOM = { cpu: 2e9, cuda: 12e9 };

/**
 * Sets TensorFlow up for this user, once for all checkouts: downloads the pinned wheels, extracts their libraries,
 * compiles the binding, tries it in a child process, and only then stamps the installation as complete. Does nothing if
 * that has been done. It may be killed at any point and run again, and several may run at once.
 * @throws SETUP_FAILED, UNSUPPORTED, DISK with what to do about it; CANCELLED through the signal
 */
export async function setUp(options: SetUpOptions = {}): Promise<Stamp> {
  const { environment = process.env, force = false, onProgress = () => undefined, signal } = options;
  const build = options.build ?? chooseBuild(thisMachine(environment), environment.TESSERA_DEVICE);
  const folder = engineFolder(cacheFolder(environment));
  const installation = installationOf(build, folder);
  sweepLeftovers(folder, { depth: 1, own: true });
  const present = force ? undefined : readStamp(installation);
  if (present) {
    if (build.device === 'cuda') await linkCudaLibraries(path.join(installation.folder, SITE));
    return present;
  }

  const tell = (phase: SetUpProgress['phase'], item: string) =>
    onProgress({ phase, item, bytes: 0, totalBytes: null, secondsLeft: null });
  const release = await acquireLock(path.join(folder, `${installation.key}.lock`), {
    onWait: (pid) => tell('wait', `another set-up (process ${pid})`),
    ...(signal ? { signal } : {}),
  });
  try {
    const stamp =
      (force ? undefined : readStamp(installation)) ??
      (await install(build, installation, folder, { environment, onProgress, signal, tell }));
    return stamp;
  } catch (error) {
    if (signal?.aborted)
      throw new AppError('CANCELLED', 'Setting up TensorFlow was stopped.', 'What was downloaded completely is kept.');
    throw error;
  } finally {
    release();
  }
}

interface Work {
  environment: Environment;
  onProgress: (progress: SetUpProgress) => void;
  signal: AbortSignal | undefined;
  tell: (phase: SetUpProgress['phase'], item: string) => void;
}

async function install(build: Build, installation: Installation, folder: string, work: Work): Promise<Stamp> {
  const { environment, onProgress, signal, tell } = work;
  const downloads = path.join(folder, 'downloads');
  const staging = `${installation.folder}.part-${ownKey}`;
  const aborting = signal ? { signal } : {};
  await removeLeftovers(folder, installation.key);
  const tools = await findTools(environment);
  await requireRoom(folder, ROOM[build.device]);

  makeFolder(staging);
  const wheels: string[] = [];
  for (const wheel of build.wheels) {
    const file = await downloadWheel(wheel, {
      python: tools.python,
      pythonVersion: pins.python,
      wheelTags: build.wheelTags,
      folder: downloads,
      environment,
      onProgress,
      ...aborting,
    });
    wheels.push(file);
    signal?.throwIfAborted();
    await unpackWheel(file, `${wheel.package} ${wheel.version}`, path.join(staging, SITE), onProgress);
  }
  if (build.device === 'cuda') {
    await requireCudaLibraries(build, path.join(staging, SITE));
    await linkCudaLibraries(path.join(staging, SITE));
  }
  tell('compile', 'the bindings');
  await compileBindings(tools.compiler, staging, environment, signal);
  tell('check', 'it with a training step’s kernels');
  const checked = await checkBindings(staging, { device: build.device, signal }).catch((error: unknown) => {
    if (build.device !== 'cuda' || signal?.aborted) throw error;
    throw new AppError(
      'SETUP_FAILED',
      `The NVIDIA build does not run here. ${asAppError(error).message}`,
      'Set TESSERA_DEVICE=cpu and set up again to use the processor.',
      { cause: error },
    );
  });
  const { tensorflow, gpu } = checked;
  const unused = unusedCard(build, thisMachine(environment), checked);
  if (unused) throw unused;
  if (tensorflow !== pins.tensorflow)
    throw new AppError('SETUP_FAILED', `TensorFlow ${tensorflow} came where ${pins.tensorflow} was expected.`);

  await rm(path.join(staging, LIBRARY_FOLDER, 'include'), { recursive: true, force: true });
  const { key } = installation;
  const stamp: Stamp = {
    key,
    tensorflow,
    device: build.device,
    proved: build.proved,
    installed: new Date().toISOString(),
  };
  await writeDurably(path.join(staging, path.basename(installation.stampFile)), JSON.stringify(stamp));
  await rm(installation.folder, { recursive: true, force: true });
  await rename(staging, installation.folder);
  for (const wheel of wheels) await rm(wheel, { force: true });
  const runsOn =
    build.device === 'cpu' ? 'cpu' : gpu ? 'cuda' : 'the NVIDIA build; no card is here, so it uses the processor';
  tell('done', `TensorFlow ${tensorflow} (${runsOn})`);
  return stamp;
}

/** Removes what killed set-ups of this installation left behind; nobody else is at work, since we hold the lock. */
async function removeLeftovers(folder: string, key: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (name.startsWith(`${key}.part`)) await rm(path.join(folder, name), { recursive: true, force: true });
  await removeUnfinished(path.join(folder, 'downloads'));
}

/**
 * Checks that each of NVIDIA's wheels left its folder, as in site-packages: TensorFlow's libraries look for most of
 * them in `$ORIGIN/../nvidia/<part>/lib` (for the others see `linkCudaLibraries`), and do without a card where one is
 * missing.
 */
export async function requireCudaLibraries({ wheels }: Build, site: string): Promise<void> {
  for (const { package: name } of wheels.filter((wheel) => wheel.package.startsWith('nvidia-'))) {
    const part = name
      .replace(/^nvidia-/, '')
      .replace(/-cu\d+$/, '')
      .replaceAll('-', '_');
    const files = await readdir(path.join(site, 'nvidia', part), { recursive: true }).catch(() => []);
    if (files.some((file) => /(^|\/)(lib[^/]*\.so[.\d]*|ptxas)$/.test(file))) continue;
    throw new AppError(
      'SETUP_FAILED',
      `${name} holds no libraries in nvidia/${part}.`,
      'Set TESSERA_DEVICE=cpu to use the processor.',
    );
  }
}

async function requireRoom(folder: string, bytes: number): Promise<void> {
  makeFolder(folder);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  throw new AppError(
    'DISK',
    `Setting up TensorFlow needs ${bytes / 1e9} GB in ${folder}; ${((bavail * bsize) / 1e9).toFixed(1)} GB are free.`,
    'Free some space, or set TESSERA_CACHE to a folder on another disk.',
  );
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
