import { z } from 'zod';
import { importOptionsSchema } from '../../specs/dataset';
import { empty, progressSchema } from '../common';
import type { Contract } from '../contract';
import { importReportSchema, verificationSchema } from '../datasets';
import { backendChoiceSchema, doctorReportSchema } from '../engine';
import { commonContract } from './common';

/** Import, verification and the state of the installation; loads no TensorFlow. */
export const libraryContract = {
  requests: {
    ...commonContract.requests,
    'library.import': {
      params: z.object({
        sources: z.array(z.string()),
        staging: z.string(),
        options: importOptionsSchema,
        sourceName: z.string(),
      }),
      result: importReportSchema.omit({ dataset: true }),
      progress: progressSchema,
    },
    'library.verify': {
      params: z.object({ directory: z.string() }),
      result: verificationSchema,
      progress: progressSchema,
    },
    /** Which engine encodes and decodes here; quick, so it doesn't try whether that loads. */
    'library.backend': { params: empty, result: backendChoiceSchema },
    'library.doctor': { params: empty, result: doctorReportSchema },
  },
  events: commonContract.events,
} satisfies Contract;
export type LibraryContract = typeof libraryContract;
