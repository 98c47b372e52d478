import os from 'node:os';
import type { EngineRole } from '@shared/contract';

/** How a process is tuned before TensorFlow loads. */
export interface ProcessSettings {
  environment: Record<string, string>;
  /** Priority as in nice(1): above 0 gives way to others. */
  priority: number;
}

/**
 * Takes a graphics card's memory as it is needed, since trainer and studio share the card, and shows them only the
 * fastest card (the first in CUDA's order): with several cards the eager engine takes the last and a session the first,
 * and each holds memory on all of them. Not tested on a card.
 */
const sharedCard = { TF_FORCE_GPU_ALLOW_GROWTH: 'true', CUDA_VISIBLE_DEVICES: '0' };

/** Most threads of the studio: more decode a single picture no faster. */
const STUDIO_THREADS = 4;

/**
 * A role's settings; variables that the user has set take precedence. Those that libc must find earlier are in
 * `launchEnvironments` of shared/contract.
 *
 * The studio runs small graphs that somebody waits for, so kernels run one after another, with oneDNN on: decoding one
 * grid takes 0.5 ms (32 px) and 4.3 ms (128 px) with one thread, 0.6 and 2.9 with two; without oneDNN 0.6 and 4.6. More
 * threads help long work on a whole split. Training uses every core and gives way to editing.
 *
 * Both at once on two cores (Sonnet's CIFAR-10 net at batch 32; 30 grids of 32 px decoded per second): a step takes
 * 46.9 ms alone and 48.0 beside the studio, and a decode 5.7 ms at the 95th percentile; with one studio thread 46.4 and
 * 3.4; with the trainer at the studio's priority 46.6 and 7.5. Grids of 128 px take at most 21 ms at the 95th
 * percentile, with other work on the machine; a decode costs 7.1 ms of processor time with two threads, 6.6 with one.
 * So the two hardly compete, and the second thread stays for whole splits. One inter-op thread for the trainer gained
 * nothing beyond noise, and a trainer at priority 19 took 72 ms per step where priority 10 took 69.
 *
 * The trainer allocates tensors from glibc instead of oneDNN's pool, which never returns memory: see
 * `launchEnvironments`.
 */
export function settingsOf(role: EngineRole): ProcessSettings {
  switch (role) {
    case 'studio':
      return {
        environment: {
          ...sharedCard,
          TF_NUM_INTEROP_THREADS: '1',
          TF_NUM_INTRAOP_THREADS: String(Math.min(STUDIO_THREADS, os.availableParallelism())),
        },
        priority: 0,
      };
    case 'trainer':
      return { environment: { ...sharedCard, TF_ONEDNN_USE_SYSTEM_ALLOCATOR: '1' }, priority: 10 };
    case 'library':
      return { environment: {}, priority: 5 };
  }
}

/**
 * Settings of a process that draws code by code: its graphs are so small that a second thread, or setting up oneDNN's
 * primitives, costs more than it saves. A GPT of 4 layers takes 0.76 ms per code this way, 1.02 with oneDNN, 1.26 with
 * two threads as well.
 */
export const samplingEnvironment = {
  TF_NUM_INTEROP_THREADS: '1',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_ENABLE_ONEDNN_OPTS: '0',
} as const;

/**
 * Settings that, with the seed, make a run repeat bit for bit on one machine. On a processor TensorFlow's kernels
 * repeat as long as the number of threads stays the same, because it decides how sums are split; so it is fixed to the
 * machine's number of cores, whatever share of them the process was given. On a graphics card some kernels add in the
 * order in which their threads happen to finish: TensorFlow then uses other kernels or refuses, and products use the
 * whole float32 instead of TF32. Not tested on a card.
 */
export function deterministicEnvironment(): Record<string, string> {
  return {
    TF_DETERMINISTIC_OPS: '1',
    NVIDIA_TF32_OVERRIDE: '0',
    TF_NUM_INTRAOP_THREADS: String(os.cpus().length),
  };
}
