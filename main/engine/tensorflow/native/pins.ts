import { existsSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '@shared/errors';
import pinnedVersions from '../../../../resources/tensorflow/pins.json';
import type { Environment } from './cache';
import { findOnPath } from './tools';

const wheelSchema = z.object({
  package: z.string(),
  version: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Size of the file, for progress only; left out where nobody has downloaded it yet. */
  bytes: z.number().int().positive().optional(),
});

const buildSchema = z.object({
  device: z.enum(['cpu', 'cuda']),
  platform: z.string(),
  arch: z.string(),
  /** Whether anybody has run this build on such a machine; told by doctor. */
  proved: z.boolean(),
  /** The platform tags that pip is asked for, so that any Python 3 can fetch the wheels. */
  wheelTags: z.array(z.string()).min(1),
  /** The first carries the libraries and the headers; the others (CUDA) only libraries. */
  wheels: z.array(wheelSchema).min(1),
});

const pinsSchema = z.object({
  tensorflow: z.string(),
  /** The CPython version of the pinned wheels; it needn't be the one on the machine. */
  python: z.string(),
  builds: z.array(buildSchema),
});

export type PinnedWheel = z.infer<typeof wheelSchema>;
export type Build = z.infer<typeof buildSchema>;
export type Pins = z.infer<typeof pinsSchema>;
export type Device = Build['device'];

/** The TensorFlow versions and hashes this version of Tessera installs (`resources/tensorflow/pins.json`). */
export const pins: Pins = pinsSchema.parse(pinnedVersions);

export interface Machine {
  platform: string;
  arch: string;
  nvidia: boolean;
}

export function thisMachine(environment: Environment = process.env): Machine {
  return { platform: process.platform, arch: process.arch, nvidia: hasNvidiaDriver(environment) };
}

/**
 * The build for a machine. `TESSERA_DEVICE` (`cpu` or `cuda`) decides where it is set; otherwise a machine with an
 * NVIDIA driver gets the CUDA build if there is one, and every other machine the CPU build.
 */
export function chooseBuild(
  machine: Machine = thisMachine(),
  wanted: string | undefined = process.env.TESSERA_DEVICE,
  from: Pins = pins,
): Build {
  if (wanted !== undefined && wanted !== '' && wanted !== 'cpu' && wanted !== 'cuda') {
    throw new AppError('BAD_REQUEST', `TESSERA_DEVICE is "${wanted}".`, 'Use cpu or cuda.', {
      field: 'TESSERA_DEVICE',
    });
  }
  const here = from.builds.filter((build) => build.platform === machine.platform && build.arch === machine.arch);
  const pick = (device: Device) => here.find((build) => build.device === device);
  if (wanted === 'cuda' && !pick('cuda')) {
    throw new AppError('UNSUPPORTED', 'There is no pinned CUDA build for this machine.', 'Unset TESSERA_DEVICE.');
  }
  const build = (machine.nvidia && wanted !== 'cpu') || wanted === 'cuda' ? (pick('cuda') ?? pick('cpu')) : pick('cpu');
  if (!build) {
    throw new AppError(
      'UNSUPPORTED',
      `Tessera has no TensorFlow build for ${machine.platform} on ${machine.arch}.`,
      'Use a Linux machine (x64 or arm64), or open its workbench in a browser from here with "tessera serve" there.',
    );
  }
  return build;
}

function hasNvidiaDriver(environment: Environment): boolean {
  return existsSync('/proc/driver/nvidia/version') || findOnPath('nvidia-smi', environment) !== undefined;
}
