import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DoctorReport } from '@shared/contract/engine';
import { asAppError } from '@shared/errors';
import { type Environment, cacheFolder, engineFolder } from './cache';
import { checkBinding } from './check';
import { type Installation, installationOf, readStamp } from './installation';
import { type Build, chooseBuild, thisMachine } from './pins';
import { findTools } from './tools';

type Problem = DoctorReport['problems'][number];

/** Below this much memory training is likely to be killed. */
const LITTLE_MEMORY = 2e9;

/**
 * Looks at everything the engine needs and says what is wrong, the first thing to mend first. The engine itself is tried
 * in a child process, so a broken one is a line of the report and not the end of it. Changes nothing.
 */
export async function doctorReport(environment: Environment = process.env): Promise<DoctorReport> {
  const problems: Problem[] = [];
  const engine = await examineEngine(environment, problems);
  const memory = { total: os.totalmem(), free: os.freemem() };
  if (memory.total < LITTLE_MEMORY) {
    problems.push({
      code: 'LIMIT',
      message: `This machine has ${(memory.total / 1e9).toFixed(1)} GB of memory.`,
      hint: 'Train small models with small batches.',
    });
  }
  const cache = cacheFolder(environment);
  return {
    ok: problems.length === 0,
    versions: {
      tessera: tesseraVersion(),
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    },
    engine,
    memory,
    cache: { path: cache, bytes: await bytesIn(cache) },
    problems,
  };
}

async function examineEngine(environment: Environment, problems: Problem[]): Promise<DoctorReport['engine']> {
  const note = (error: unknown) => {
    const { code, message, hint } = asAppError(error);
    problems.push({ code, message, hint });
  };
  let build: Build;
  let installation: Installation;
  try {
    build = chooseBuild(thisMachine(environment), environment.TESSERA_DEVICE);
    installation = installationOf(build, engineFolder(cacheFolder(environment)));
  } catch (error) {
    note(error);
    return null;
  }
  if (!readStamp(installation)) {
    problems.push({
      code: 'ENGINE_NOT_SET_UP',
      message: 'TensorFlow is not set up on this machine yet.',
      hint: 'Run "tessera setup" (in a checkout: npm run setup).',
    });
    await findTools(environment).catch(note);
    return null;
  }
  try {
    const { tensorflow, gpu } = await checkBinding(installation.binding);
    if (build.device === 'cuda' && !gpu) {
      problems.push({
        code: 'UNSUPPORTED',
        message: 'The NVIDIA build runs on the CPU here: no GPU answered.',
        hint: 'Check the driver with nvidia-smi, or set TESSERA_DEVICE=cpu.',
      });
    }
    if (!build.proved) {
      problems.push({
        code: 'UNSUPPORTED',
        message: `The ${build.device} build for ${build.platform}-${build.arch} has never been run by its makers.`,
        hint: 'It may well work; please report how it went.',
      });
    }
    return { tensorflow, device: gpu ? 'gpu' : 'cpu', threads: threads(environment) };
  } catch (error) {
    note(error);
    return null;
  }
}

function threads(environment: Environment): number {
  const set = Number(environment.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(set) && set > 0 ? set : os.availableParallelism();
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(folder, name)).then(
        (info) => (info.isFile() ? info.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((total, size) => total + size, 0);
}

/** From the package.json above this file: the sources and the bundle lie at different depths below it. */
function tesseraVersion(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (folder !== path.dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      if (name === 'tessera' && version !== undefined) return version;
    } catch {
      // Not in this folder; look above.
    }
    folder = path.dirname(folder);
  }
  return 'unknown';
}
