import type { EngineRole } from './engine';

/**
 * What a role's process must find in its environment when it starts, because libc reads it before any code of ours
 * runs; all else is in the engine's own settings. What the person has set goes before.
 *
 * The trainer's TensorFlow takes activations from glibc. With one arena the threads reuse each other's freed blocks: a
 * step at batch 256 (Sonnet's CIFAR-10 configuration, two cores) keeps 416 MB instead of 750, and takes as long (253
 * ms).
 */
export const launchEnvironments: Readonly<Record<EngineRole, Readonly<Record<string, string>>>> = {
  library: {},
  studio: {},
  trainer: { MALLOC_ARENA_MAX: '1' },
};
