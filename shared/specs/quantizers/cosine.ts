import { z } from 'zod';
import { codebookLearning, codebookSize, refuseContradictions } from './codebook';

/** Vector quantization on the unit sphere (Yu et al. 2021, “Vector-quantized image modeling”, section 3.2). */
export const cosineQuantizerSchema = z
  .object({ kind: z.literal('cosine'), ...codebookSize, ...codebookLearning })
  .superRefine((spec, context) => refuseContradictions(spec, context, { field: 'dimension', value: spec.dimension }));
export type CosineQuantizerSpec = z.infer<typeof cosineQuantizerSchema>;
