import { z } from 'zod';
import type { GraphicsCard } from '@shared/contract/engine';
import { AppError } from '@shared/errors';
import pinnedVersions from '../../../../resources/tensorflow/pins.json';
import type { Environment } from './cache';
import { type Nvidia, examineNvidia, isAtLeast } from './nvidia';

export const wheelSchema = z.object({
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
  /** Whether this build has ever been run on such a machine; shown by doctor. */
  proved: z.boolean(),
  /** The oldest NVIDIA driver that this CUDA runs with. */
  minimumDriver: z.string().optional(),
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
  nvidia: Nvidia;
}

const known = new Map<string, Nvidia>();

/** This machine; its NVIDIA hardware is looked up once per process. */
export function thisMachine(environment: Environment = process.env): Machine {
  const searched = environment.PATH ?? '';
  const nvidia = known.get(searched) ?? examineNvidia(environment);
  known.set(searched, nvidia);
  return { platform: process.platform, arch: process.arch, nvidia };
}

/**
 * The build for a machine. `TESSERA_DEVICE` (`cpu` or `cuda`) decides where it is set; otherwise a machine whose NVIDIA
 * driver answers and is new enough gets the CUDA build if there is one, and every other machine the CPU build.
 * @throws BAD_REQUEST for another TESSERA_DEVICE; UNSUPPORTED where there is no build, or CUDA is wanted and can't be
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
  const cpu = here.find((build) => build.device === 'cpu');
  const cuda = here.filter((build) => build.device === 'cuda');
  if (wanted === 'cuda') return requireCuda(cuda, machine);
  const build = (wanted === 'cpu' ? undefined : cuda.find((one) => runsWith(one, machine.nvidia))) ?? cpu;
  if (!build) {
    throw new AppError(
      'UNSUPPORTED',
      `Tessera has no TensorFlow build for ${machine.platform} on ${machine.arch}.`,
      'Use a Linux machine (x64 or arm64), or open its workbench in a browser from here with "tessera serve" there.',
    );
  }
  return build;
}

/** Why a machine with NVIDIA hardware or software gets no CUDA build; null where it gets one or has neither. */
export function whyNotCuda(machine: Machine, from: Pins = pins): { message: string; hint: string } | null {
  const { nvidia } = machine;
  const builds = from.builds.filter(
    ({ device, platform, arch }) => device === 'cuda' && platform === machine.platform && arch === machine.arch,
  );
  if (nvidia.state === 'absent' || builds.some((build) => runsWith(build, nvidia))) return null;
  if (builds.length === 0) {
    return {
      message: `Tessera has no NVIDIA build for ${machine.platform} on ${machine.arch}; the processor is used.`,
      hint: '',
    };
  }
  if (nvidia.state === 'silent') {
    return {
      message: `The NVIDIA driver does not answer (nvidia-smi: ${nvidia.message}); the processor is used.`,
      hint: 'Install the driver of your system (on Ubuntu: "ubuntu-drivers install"), restart, then run "tessera setup".',
    };
  }
  const { cards } = nvidia;
  if (builds.some((build) => hasDriverFor(build, nvidia)) && !cards.some(isComputable)) {
    const named = cards.map(({ name, computeCapability }) => `${name} (${computeCapability})`).join(', ');
    return {
      message: `This TensorFlow has no kernels for ${named}: it needs compute capability ${CAPABILITIES.from} to ${CAPABILITIES.below - 1}.x. The processor is used.`,
      hint: '',
    };
  }
  const oldest = builds.map(({ minimumDriver }) => minimumDriver ?? '').sort()[0];
  return {
    message: `The NVIDIA driver ${nvidia.driver} is too old: CUDA 12 needs ${oldest} or newer. The processor is used.`,
    hint: 'Update the driver, restart, then run "tessera setup".',
  };
}

/**
 * The CUDA build, asked for by name. A machine without a driver gets it, too, since it may be set up for another
 * machine.
 */
function requireCuda(builds: readonly Build[], machine: Machine): Build {
  const build = builds.find((one) => machine.nvidia.state !== 'present' || runsWith(one, machine.nvidia));
  if (build) return build;
  const why = whyNotCuda(machine);
  if (!why || builds.length === 0)
    throw new AppError('UNSUPPORTED', 'There is no pinned CUDA build for this machine.', 'Unset TESSERA_DEVICE.');
  throw new AppError('UNSUPPORTED', why.message, `${why.hint} Or unset TESSERA_DEVICE.`);
}

function runsWith(build: Build, nvidia: Nvidia): boolean {
  return hasDriverFor(build, nvidia) && (nvidia.cards.length === 0 || nvidia.cards.some(isComputable));
}

function hasDriverFor({ minimumDriver }: Build, nvidia: Nvidia): nvidia is Extract<Nvidia, { state: 'present' }> {
  return nvidia.state === 'present' && (minimumDriver === undefined || isAtLeast(nvidia.driver, minimumDriver));
}

/**
 * Compute capabilities that the pinned libraries have kernels for. The wheel is built for sm_60 to compute_90 with CUDA
 * 12.5, whose code does not run on 10.x and 12.x (tensorflow#89272, #101746); cuDNN 9.11 and later dropped what is
 * older than 7.5.
 */
const CAPABILITIES = { from: 7.5, below: 10 };

function isComputable({ computeCapability }: GraphicsCard): boolean {
  const capability = Number(computeCapability ?? CAPABILITIES.from);
  return capability >= CAPABILITIES.from && capability < CAPABILITIES.below;
}
