import { z } from 'zod';
import { splitSchema } from '../specs/dataset';
import { imageShapeSchema } from '../specs/run';
import {
  bytes,
  checkpointChoice,
  datasetId,
  float32s,
  int32s,
  pictures,
  progressSchema,
  runId,
  uint32s,
} from './common';

/** A grid of codes: `height × width` indices, row by row, each from 0 to K − 1. */
export const codeGridSchema = z.object({
  height: z.number().int().positive(),
  width: z.number().int().positive(),
  indices: int32s,
});
export type CodeGrid = z.infer<typeof codeGridSchema>;

export const modelInfoSchema = z.object({
  run: runId,
  step: z.number().int(),
  image: imageShapeSchema,
  grid: z.object({ height: z.number().int(), width: z.number().int() }),
  codes: z.number().int(),
  dimension: z.number().int(),
  /** Identifies the weights: a latent made with others decodes to something else. */
  weightsHash: z.string(),
});
export type ModelInfo = z.infer<typeof modelInfoSchema>;

/** A picture to encode: an item, or a file somebody dropped (any format import reads). */
export const pictureSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('item'), dataset: datasetId, index: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('file'), name: z.string().max(300), bytes }),
]);
export type PictureSource = z.infer<typeof pictureSourceSchema>;

const model = z.object({ run: runId, checkpoint: checkpointChoice.default('latest') });

export const codebookSchema = z.object({
  step: z.number().int(),
  items: z.number().int(),
  codes: z.number().int(),
  /** Times each code was used over the split. */
  counts: uint32s,
  /** Times each code was used at each cell: `codes × gridHeight × gridWidth`. */
  positions: uint32s,
  perplexity: z.number(),
  usage: z.number(),
  deadCodes: z.number().int(),
  /** All codes in an order in which likeness of their vectors changes little from one to the next. */
  byLikeness: int32s,
});
export type Codebook = z.infer<typeof codebookSchema>;

export const codeDetailSchema = z.object({
  code: z.number().int(),
  count: z.number().int(),
  /** Patches of pictures where the code stands, each the part of the picture its cell covers with some surrounding. */
  patches: pictures,
  places: z.array(z.object({ index: z.number().int(), row: z.number().int(), column: z.number().int() })),
  /** Nearest codes by Euclidean distance of their vectors, nearest first. */
  nearest: z.array(z.object({ code: z.number().int(), distance: z.number() })),
});
export type CodeDetail = z.infer<typeof codeDetailSchema>;

const split = splitSchema.default('test');

export const studioRequests = {
  'studio.open': { params: model, result: modelInfoSchema },
  'studio.encode': {
    params: model.extend({ picture: pictureSourceSchema }),
    result: z.object({
      model: modelInfoSchema,
      name: z.string(),
      original: pictures,
      grid: codeGridSchema,
      reconstruction: pictures,
    }),
  },
  /** An index outside the codebook is refused, naming value and limit. */
  'studio.decode': {
    params: model.extend({ grid: codeGridSchema }),
    result: z.object({ step: z.number().int(), picture: pictures }),
  },
  /** Every code as what a grid of it alone decodes to, cropped to the centre cells. */
  'studio.palette': {
    params: model,
    result: z.object({ step: z.number().int(), tiles: pictures, vectors: float32s.optional() }),
  },
  'studio.codebook': { params: model.extend({ split }), result: codebookSchema, progress: progressSchema },
  'studio.code': {
    params: model.extend({
      split,
      code: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(256).default(48),
    }),
    result: codeDetailSchema,
    progress: progressSchema,
  },
  /** `.npz` with `indices` (int32 [height, width]) and the run's identity as JSON. */
  'studio.saveLatent': {
    params: model.extend({ grid: codeGridSchema, name: z.string().max(300) }),
    result: z.object({ fileName: z.string(), bytes }),
  },
  /** Reads a latent file; refuses one of another run or other weights unless `anyWeights`. */
  'studio.openLatent': {
    params: model.extend({ bytes, anyWeights: z.boolean().default(false) }),
    result: z.object({
      model: modelInfoSchema,
      name: z.string(),
      grid: codeGridSchema,
      picture: pictures,
      sameWeights: z.boolean(),
    }),
  },
};

export const studioEvents = {
  /** A run in training has a newer checkpoint. */
  'studio.updated': z.object({ run: runId, step: z.number().int() }),
};
