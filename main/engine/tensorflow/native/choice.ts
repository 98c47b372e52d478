import { AppError } from '@shared/errors';
import type { BackendChoice } from '@shared/contract/engine';
import { type Environment, cacheFolder, engineFolder } from './cache';
import { installationOf, readStamp } from './installation';
import { chooseBuild, thisMachine } from './pins';

let fallsBack = false;

/**
 * From now on this process loads the portable engine where the native one is missing or doesn't load. For processes
 * that only encode and decode; call it before `load` is imported.
 */
export function allowPortable(): void {
  fallsBack = true;
}

export function isPortableAllowed(): boolean {
  return fallsBack;
}

/**
 * The engine of a process that may fall back. `TESSERA_ENGINE` decides where it is set: `native` never falls back,
 * `portable` ignores TensorFlow even where it is set up.
 * @throws BAD_REQUEST for another value
 */
export function chooseBackend(environment: Environment = process.env): BackendChoice {
  const wanted = environment.TESSERA_ENGINE;
  if (wanted === 'portable') return { kind: 'portable', why: 'asked' };
  if (wanted !== undefined && wanted !== '' && wanted !== 'native') {
    throw new AppError('BAD_REQUEST', `TESSERA_ENGINE is "${wanted}".`, 'Use native or portable.', {
      field: 'TESSERA_ENGINE',
    });
  }
  if (isSetUp(environment)) return { kind: 'native', why: wanted === 'native' ? 'asked' : 'set-up' };
  return wanted === 'native' ? { kind: 'native', why: 'asked' } : { kind: 'portable', why: 'not-set-up' };
}

/** Whether a complete native engine is in the cache; also false on a machine that has no build. */
export function isSetUp(environment: Environment = process.env): boolean {
  try {
    const build = chooseBuild(thisMachine(environment), environment.TESSERA_DEVICE);
    return readStamp(installationOf(build, engineFolder(cacheFolder(environment)))) !== undefined;
  } catch {
    return false;
  }
}
