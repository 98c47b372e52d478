import { z } from 'zod';
import { codebookLearning, codebookSize, refuseContradictions } from './codebook';

/** Vector quantization (van den Oord et al. 2017, section 3), codebook by EMA (appendix A.1) or by gradient. */
export const vectorQuantizerSchema = z
  .object({ kind: z.literal('vector').default('vector'), ...codebookSize, ...codebookLearning })
  .superRefine((spec, context) => refuseContradictions(spec, context, { field: 'dimension', value: spec.dimension }));
export type VectorQuantizerSpec = z.infer<typeof vectorQuantizerSchema>;
