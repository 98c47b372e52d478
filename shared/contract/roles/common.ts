import { z } from 'zod';
import { empty } from '../common';
import type { Contract } from '../contract';

/** What every engine process answers and announces, whatever else it does. */
export const commonContract = {
  requests: {
    'engine.ping': { params: empty, result: empty },
    /** Finishes what must be finished (the trainer writes a checkpoint), answers, and ends the process. */
    'engine.stop': { params: empty, result: empty },
  },
  /** Announced once a process can take requests. */
  events: { 'engine.ready': z.object({ pid: z.number().int() }) },
} satisfies Contract;
export type CommonContract = typeof commonContract;
