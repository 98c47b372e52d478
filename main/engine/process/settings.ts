import os from 'node:os';
import type { EngineRole } from '@shared/contract';

/** How a process is tuned before TensorFlow loads. */
export interface ProcessSettings {
  environment: Record<string, string>;
  /** As in nice(1): above 0 gives way to others. */
  priority: number;
}

/** Beyond a few threads a single picture is decoded no faster. */
const STUDIO_THREADS = 4;

/**
 * A role's settings; what the person has set in the environment goes before.
 *
 * The studio runs small graphs that somebody waits for. Kernels one after another, and oneDNN on: decoding one grid takes
 * 0.5 ms (32 px) and 4.3 ms (128 px) with one thread, 0.6 and 2.9 with two; without oneDNN 0.6 and 4.6. Next to a run in
 * training both are below 10 ms; more threads are for what takes long, a whole split. Training wants every core, and gives
 * way to editing where both are short.
 */
export function settingsOf(role: EngineRole): ProcessSettings {
  switch (role) {
    case 'studio':
      return {
        environment: {
          TF_NUM_INTEROP_THREADS: '1',
          TF_NUM_INTRAOP_THREADS: String(Math.min(STUDIO_THREADS, os.availableParallelism())),
        },
        priority: 0,
      };
    case 'trainer':
      return { environment: {}, priority: 10 };
    case 'library':
      return { environment: {}, priority: 5 };
  }
}
