import os from 'node:os';
import type { BackendChoice, DoctorReport } from '@shared/contract/engine';
import { asAppError } from '@shared/errors';
import { bytesIn } from '../../../files';
import { tesseraVersion, threadsOf } from './runtime';
import { type Environment, cacheFolder, engineFolder } from './cache';
import { unusedCard } from './card';
import { checkBindings } from './check';
import { chooseBackend } from './choice';
import { type Installation, installationOf, readStamp } from './installation';
import { type Build, chooseBuild, thisMachine, whyNotCuda } from './pins';
import { findTools } from './tools';

type Problem = DoctorReport['problems'][number];

/** The problem that describes what a machine without TensorFlow can't do. */
const LOST =
  'nothing can be trained or exported as a SavedModel; encoding and decoding run on WebAssembly, many times slower';

/** Below this much memory training is likely to be killed. */
const LITTLE_MEMORY = 2e9;

/**
 * Checks everything the engine needs and reports what is wrong, the first thing to fix first. The engine itself is
 * tried in a child process, so a broken engine is one line of the report and not its end. Changes nothing.
 * @param isTrunkSetUp whether the perceptual trunk, which lies above TensorFlow, is there
 */
export async function doctorReport(
  isTrunkSetUp: (environment: Environment) => boolean,
  environment: Environment = process.env,
): Promise<DoctorReport> {
  const problems: Problem[] = [];
  const { engine, backend } = await examineEngine(environment, problems);
  const machine = thisMachine(environment);
  const unused = environment.TESSERA_DEVICE === 'cpu' ? null : whyNotCuda(machine);
  if (unused) problems.push({ code: 'UNSUPPORTED', ...unused });
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
    backend,
    engine,
    cards: machine.nvidia.state === 'present' ? machine.nvidia.cards : [],
    memory,
    cache: { path: cache, bytes: await bytesIn(cache) },
    perceptualTrunk: isTrunkSetUp(environment),
    problems,
  };
}

type Found = Pick<DoctorReport, 'engine' | 'backend'>;

async function examineEngine(environment: Environment, problems: Problem[]): Promise<Found> {
  let backend: BackendChoice = { kind: 'portable', why: 'not-set-up' };
  const note = (error: unknown) => {
    const { code, message, hint } = asAppError(error);
    problems.push({ code, message, hint });
  };
  let build: Build;
  let installation: Installation;
  try {
    backend = chooseBackend(environment);
    build = chooseBuild(thisMachine(environment), environment.TESSERA_DEVICE);
    installation = installationOf(build, engineFolder(cacheFolder(environment)));
  } catch (error) {
    note(error);
    return { engine: null, backend };
  }
  if (backend.kind === 'portable' && backend.why === 'asked') {
    problems.push({
      code: 'ENGINE_NOT_SET_UP',
      message: `TESSERA_ENGINE=portable leaves TensorFlow alone: ${LOST}.`,
      hint: 'Unset TESSERA_ENGINE to use TensorFlow.',
    });
    return { engine: null, backend };
  }
  if (!readStamp(installation)) {
    problems.push({
      code: 'ENGINE_NOT_SET_UP',
      message: `TensorFlow is not set up on this machine yet: ${LOST}.`,
      hint: 'Run "tessera setup" (in a checkout: npm run setup).',
    });
    await findTools(environment).catch(note);
    return { engine: null, backend };
  }
  try {
    const checked = await checkBindings(installation.folder, { device: build.device });
    const { tensorflow, gpu } = checked;
    const unused = unusedCard(build, thisMachine(environment), checked);
    if (unused) note(unused);
    else if (build.device === 'cuda' && !gpu) {
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
    return { engine: { tensorflow, device: gpu ? 'gpu' : 'cpu', threads: threadsOf(environment) }, backend };
  } catch (error) {
    note(error);
    problems.push({
      code: 'ENGINE_NOT_SET_UP',
      message: `Until it runs, ${LOST}.`,
      hint: 'TESSERA_ENGINE=portable starts Tessera without trying TensorFlow, should that crash.',
    });
    return { engine: null, backend: backend.why === 'asked' ? backend : { kind: 'portable', why: 'does-not-load' } };
  }
}
