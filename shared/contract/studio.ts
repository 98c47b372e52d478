import { z } from 'zod';
import { canvasSchema } from '../specs/canvas';
import { splitSchema } from '../specs/dataset';
import { latentShapeSchema } from '../specs/latent';
import { signalSchema } from '../specs/media';
import { bytes, checkpointChoice, datasetId, float32s, int32s, progressSchema, runId, uint32s } from './common';
import { itemsSchema } from './items';

/** An item's latent, as `LatentShape` orders it: the codes of all levels, or the vector's components. */
export const latentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('codes'), indices: int32s }),
  z.object({ kind: z.literal('vector'), values: float32s }),
]);
export type Latent = z.infer<typeof latentSchema>;

export const modelInfoSchema = z.object({
  run: runId,
  step: z.number().int(),
  signal: signalSchema,
  latent: latentShapeSchema,
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

/** Which of the model's layers of codes (`layersOf`): a request about one refuses a number that isn't one. */
const layer = z.number().int().nonnegative().default(0);

/**
 * A few held-out items (of a dataset that holds none out: training items) that show what a model can do, and how well
 * it does over them.
 */
export const showcaseSchema = z.object({
  step: z.number().int(),
  split: splitSchema,
  /** The one that shows the model best first. `contrast` is the standard deviation of its values, 0 to 1. */
  items: z.array(z.object({ index: z.number().int().nonnegative(), psnr: z.number(), contrast: z.number() })).min(1),
  /**
   * In dB, of the mean squared error over all of them: by the model, and by their mean picture; null of fewer than
   * eight.
   */
  psnr: z.number(),
  meanPicturePsnr: z.number().nullable(),
});
export type Showcase = z.infer<typeof showcaseSchema>;

/** One layer's codes over a split. */
export const codebookSchema = z.object({
  step: z.number().int(),
  items: z.number().int(),
  codes: z.number().int(),
  /** Times each code was used over the split. */
  counts: uint32s,
  /** Times each code was used at each cell: `codes × height × width` of the layer. */
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
  patches: itemsSchema,
  places: z.array(z.object({ index: z.number().int(), row: z.number().int(), column: z.number().int() })),
  /** Nearest codes by Euclidean distance of their vectors, nearest first. */
  nearest: z.array(z.object({ code: z.number().int(), distance: z.number() })),
});
export type CodeDetail = z.infer<typeof codeDetailSchema>;

/** How a model's vectors are spread over a split, component by component: what its sliders range over. */
export const vectorStatisticsSchema = z.object({
  step: z.number().int(),
  items: z.number().int(),
  mean: float32s,
  deviation: float32s,
});
export type VectorStatistics = z.infer<typeof vectorStatisticsSchema>;

/** A mixture of Gaussians fitted to the vectors of the training items, as its fit went; densities are in nats. */
export const densityFitSchema = z.object({
  step: z.number().int(),
  components: z.number().int(),
  covariance: z.enum(['diagonal', 'full']),
  /** Training items it was fitted to, and the mean of log p(z) over them. */
  items: z.number().int(),
  logLikelihood: z.number(),
  iterations: z.number().int(),
  hasConverged: z.boolean(),
  /** What a vector is compared with: the held-out items, or the training items of a dataset that holds none out. */
  reference: z.object({ split: splitSchema, items: z.number().int(), logDensity: z.number() }),
});
export type DensityFit = z.infer<typeof densityFitSchema>;

/** How likely one vector is under such a mixture. */
export const vectorDensitySchema = z.object({
  /** log p(z), nats. */
  logDensity: z.number(),
  /** Share of the reference's items that are at most as likely, 0 to 1. */
  share: z.number(),
  reference: splitSchema,
});
export type VectorDensity = z.infer<typeof vectorDensitySchema>;

/** Most components of a mixture; 1 is a single Gaussian. */
export const MOST_COMPONENTS = 64;
export const componentCount = z.number().int().min(1).max(MOST_COMPONENTS).default(10);
/** `prior` is N(0, I), which the loss of a VAE holds its vectors to. */
export const drawnFromSchema = z.enum(['mixture', 'prior']);
export type DrawnFrom = z.infer<typeof drawnFromSchema>;
export const drawSeed = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** The canvas of codes of a picture larger than the model's own; null for its own size. */
export const canvas = canvasSchema.nullable().default(null);

/** How one picture becomes another, from the first frame, which is the one, to the last, which is the other. */
export const interpolationSchema = z.object({
  from: latentSchema,
  to: latentSchema,
  /**
   * For codes: `swap` takes over cell after cell, `blend` decodes vectors on the straight line between the codes'
   * vectors, `nearest` the codes nearest to those. For vectors: on the `straight` line, or on the `sphere`, whose
   * radius goes over as well.
   */
  by: z.enum(['swap', 'blend', 'nearest', 'straight', 'sphere']),
  /**
   * In which order cells are swapped: at random one by one or in patches, row by row, from the left, from the middle.
   */
  order: z.enum(['random', 'patches', 'rows', 'wipe', 'centre']).default('random'),
  seed: drawSeed.default(1),
  frames: z.number().int().min(2).max(64).default(9),
});
export type Interpolation = z.infer<typeof interpolationSchema>;

/** How pictures like one are made without a prior. */
export const variationSchema = z.object({
  latent: latentSchema,
  canvas,
  /**
   * For codes the share of cells that change, up to 1; for vectors the deviation of the steps, in each component's own
   * deviation.
   */
  strength: z.number().min(0).max(3),
  /**
   * For codes, how far from the old code a new one may lie. At 1, one twice as far away as the nearest (squared) is e
   * times rarer than that.
   */
  temperature: z.number().min(0.01).max(100).default(1),
  seed: drawSeed.default(1),
  count: z.number().int().min(1).max(64).default(8),
});
export type Variation = z.infer<typeof variationSchema>;

/** Pictures with their latents one after the other, in one `latent` that is `count` times as long as one picture's. */
export const picturesWithLatents = z.object({ step: z.number().int(), pictures: itemsSchema, latents: latentSchema });

/** Pictures in turn as a GIF that repeats. */
export const animationSchema = z.object({
  frames: itemsSchema,
  /** How long each is shown, ms. */
  delay: z.number().int().min(20).max(5000).default(120),
  /** Back again after the last one. */
  isBackAndForth: z.boolean().default(true),
});
export type Animation = z.infer<typeof animationSchema>;

const split = splitSchema.default('test');

export const studioRequests = {
  'studio.open': { params: model, result: modelInfoSchema },
  /** Which items to begin with. At most 48 are looked at, the same ones every time; asking again costs nothing. */
  'studio.showcase': { params: model, result: showcaseSchema },
  'studio.encode': {
    params: model.extend({ picture: pictureSourceSchema }),
    result: z.object({
      model: modelInfoSchema,
      name: z.string(),
      original: itemsSchema,
      latent: latentSchema,
      reconstruction: itemsSchema,
    }),
  },
  /** A latent of another kind or size, and an index outside the codebook are refused, naming value and limit. */
  'studio.decode': {
    params: model.extend({ latent: latentSchema, canvas }),
    result: z.object({ step: z.number().int(), picture: itemsSchema }),
  },
  /**
   * Every code of a layer as what a grid of it alone decodes to, cropped to the centre cells; the other layers have the
   * codes of a grey picture.
   */
  'studio.palette': {
    params: model.extend({ layer }),
    result: z.object({
      step: z.number().int(),
      tiles: itemsSchema,
      /**
       * How many times as strong as in a picture the tiles' differences from their mean are shown; 1: as they decode.
       */
      gain: z.number().default(1),
    }),
  },
  'studio.codebook': { params: model.extend({ layer, split }), result: codebookSchema, progress: progressSchema },
  'studio.vectors': { params: model.extend({ split }), result: vectorStatisticsSchema, progress: progressSchema },
  /** Fits a mixture to the vectors of the training items, or finds it in the run's folder. */
  'studio.fitDensity': {
    params: model.extend({ components: componentCount }),
    result: densityFitSchema,
    progress: progressSchema,
  },
  /** New vectors and what they decode to; from a mixture that is fitted first unless it was before. */
  'studio.draw': {
    params: model.extend({
      from: drawnFromSchema.default('mixture'),
      components: componentCount,
      seed: drawSeed,
      count: z.number().int().min(1).max(256),
    }),
    /** `vectors`: [count, length]. */
    result: z.object({ step: z.number().int(), vectors: float32s, pictures: itemsSchema }),
    progress: progressSchema,
  },
  /**
   * A picture to paint on: for codes, one code in all cells of a layer (`code` null: the one that decodes to the
   * plainest patch), and those of a grey picture in the other layers; for vectors, the mean of the training pictures.
   */
  'studio.blank': {
    params: model.extend({ layer, code: z.number().int().nonnegative().nullable().default(null) }),
    result: z.object({ model: modelInfoSchema, latent: latentSchema, picture: itemsSchema }),
    progress: progressSchema,
  },
  /**
   * Pictures between two; latents of another kind or size than the model's, and ways that aren't of that kind, are
   * refused.
   */
  'studio.interpolate': { params: model.extend(interpolationSchema.shape), result: picturesWithLatents },
  /** Pictures like one: some cells with codes near theirs in the codebook, or Gaussian steps of a vector. */
  'studio.vary': {
    params: model.extend(variationSchema.shape),
    result: picturesWithLatents,
    progress: progressSchema,
  },
  'studio.animate': { params: animationSchema, result: z.object({ bytes }) },
  /** How likely a vector is; null while no such mixture has been fitted. */
  'studio.density': {
    params: model.extend({ latent: latentSchema, components: componentCount }),
    result: vectorDensitySchema.nullable(),
  },
  'studio.code': {
    params: model.extend({
      layer,
      split,
      code: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(256).default(48),
    }),
    result: codeDetailSchema,
    progress: progressSchema,
  },
  /** `.npz` with the codes or the vector and the run's identity as JSON; the manual's page “Formats” says how. */
  'studio.saveLatent': {
    params: model.extend({ latent: latentSchema, name: z.string().max(300) }),
    result: z.object({ fileName: z.string(), bytes }),
  },
  /** Reads a latent file; refuses one of another run or other weights unless `anyWeights`. */
  'studio.openLatent': {
    params: model.extend({ bytes, anyWeights: z.boolean().default(false) }),
    result: z.object({
      model: modelInfoSchema,
      name: z.string(),
      latent: latentSchema,
      picture: itemsSchema,
      sameWeights: z.boolean(),
    }),
  },
};

export const studioEvents = {
  /** A run in training has a newer checkpoint. */
  'studio.updated': z.object({ run: runId, step: z.number().int() }),
};
