import os from 'node:os';
import type { EngineRole } from '@shared/contract';

/** How a process is tuned before TensorFlow loads. */
export interface ProcessSettings {
  environment: Record<string, string>;
  /** As in nice(1): above 0 gives way to others. */
  priority: number;
}

/**
 * A graphics card's memory is taken as it is needed: trainer and studio share the card. They see one card, the fastest (CUDA's own
 * order): with several the eager engine takes the last and a session the first, and each holds memory on all. Never run with a card.
 */
const sharedCard = { TF_FORCE_GPU_ALLOW_GROWTH: 'true', CUDA_VISIBLE_DEVICES: '0' };

/** Beyond a few threads a single picture is decoded no faster. */
const STUDIO_THREADS = 4;

/**
 * A role's settings; what the person has set in the environment goes before. What libc must find earlier is in
 * `launchEnvironments` of shared/contract.
 *
 * The studio runs small graphs that somebody waits for. Kernels one after another, and oneDNN on: decoding one grid takes
 * 0.5 ms (32 px) and 4.3 ms (128 px) with one thread, 0.6 and 2.9 with two; without oneDNN 0.6 and 4.6. More threads are
 * for what takes long, a whole split. Training wants every core, and gives way to editing where both are short.
 *
 * Both at once on two cores (Sonnet's CIFAR-10 net at batch 32; 30 grids of 32 px decoded a second): a step takes 46.9 ms
 * alone and 48.0 beside the studio, a decode 5.7 ms at the 95th percentile; with one studio thread 46.4 and 3.4, with a
 * trainer of the studio's own priority 46.6 and 7.5. Grids of 128 px: at most 21 ms at the 95th percentile, with other work
 * on the machine; a decode costs 7.1 ms of processor with two threads, 6.6 with one. So they hardly fight, and the second
 * thread stays for whole splits. One inter-op thread for the trainer gained nothing that could be told from noise, and a
 * trainer at priority 19 took 72 ms a step where 10 took 69.
 *
 * The trainer takes tensors from glibc instead of oneDNN's pool, which never gives back: see `launchEnvironments`.
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
 * For a process that draws code by code: its graphs are so small that a second thread, or setting up oneDNN's primitives, costs
 * more than it saves. A GPT of 4 layers takes 0.76 ms a code so, 1.02 with oneDNN, 1.26 with two threads as well.
 */
export const samplingEnvironment = {
  TF_NUM_INTEROP_THREADS: '1',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_ENABLE_ONEDNN_OPTS: '0',
} as const;

/**
 * What repeats a run bit for bit on one machine, besides the seed. On the processor TensorFlow's kernels repeat by themselves as
 * long as the number of threads is the same: it decides how sums are cut; so it is fixed to the machine's, whatever share of
 * it the process was given. On a graphics card some kernels add in the order in which their threads happen to come;
 * TensorFlow then takes others, or refuses; and products are of whole float32, not of its first ten bits. Never run with a card.
 */
export function deterministicEnvironment(): Record<string, string> {
  return {
    TF_DETERMINISTIC_OPS: '1',
    NVIDIA_TF32_OVERRIDE: '0',
    TF_NUM_INTRAOP_THREADS: String(os.cpus().length),
  };
}
