import { z } from 'zod';
import { runStatusSchema } from '../../specs/run';
import { empty, evaluationSchema } from '../common';
import type { Contract } from '../contract';
import { metricsSchema } from '../runs';
import { commonContract } from './common';

/** One run in training. */
export const trainerContract = {
  requests: {
    ...commonContract.requests,
    /**
     * Begins, or goes on from the newest checkpoint in the run's folder. Answers once the first step is about to run.
     */
    'trainer.start': {
      params: z.object({ runDirectory: z.string(), datasetDirectory: z.string() }),
      result: z.object({ step: z.number().int() }),
    },
    'trainer.pause': { params: empty, result: z.object({ step: z.number().int() }) },
    'trainer.resume': { params: empty, result: empty },
    /** Writes a checkpoint after the step under way, and goes on. */
    'trainer.save': { params: empty, result: z.object({ step: z.number().int() }) },
  },
  events: {
    ...commonContract.events,
    'trainer.metrics': metricsSchema,
    'trainer.status': z.object({
      status: runStatusSchema,
      step: z.number().int(),
      secondsLeft: z.number().nullable(),
      memoryBytes: z.number(),
      itemsPerSecond: z.number(),
      failure: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
    }),
    'trainer.checkpoint': z.object({ step: z.number().int(), best: z.boolean() }),
    /** The checkpoint at `step` can't be read; training goes on from the one at `instead`. */
    'trainer.damaged': z.object({ step: z.number().int(), instead: z.number().int(), message: z.string() }),
    'trainer.preview': z.object({ step: z.number().int() }),
    'trainer.evaluation': evaluationSchema,
  },
} satisfies Contract;
export type TrainerContract = typeof trainerContract;
