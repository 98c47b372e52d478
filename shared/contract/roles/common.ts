import { z } from 'zod';
import { empty } from '../common';

/** What every engine process answers. */
export const common = {
  'engine.ping': { params: empty, result: empty },
  /** Finishes what must be finished (the trainer writes a checkpoint), answers, and ends the process. */
  'engine.stop': { params: empty, result: empty },
};
/** Announced once a process can take requests. */
export const ready = { 'engine.ready': z.object({ pid: z.number().int() }) };
