import { z } from 'zod';
import { splitSchema } from '../../specs/dataset';
import { latentShapeSchema } from '../../specs/latent';
import { signalSchema } from '../../specs/media';
import { preprocessingSchema, runSpecSchema } from '../../specs/run';
import { bytes, evaluationSchema, progressSchema } from '../common';
import { itemsSchema } from '../items';
import {
  codecTargetSchema,
  coderSchema,
  compressedHeaderSchema,
  compressedSchema,
  measuredCodecsSchema,
  measuredCodingSchema,
  pictureSetSchema,
  restoredSchema,
  skippedFiles,
} from '../compression';
import type { Contract } from '../contract';
import { exportFormatSchema, exportResultSchema } from '../exports';
import { paceSchema, planSchema } from '../runs';
import { nearestToSchema } from '../sample-quality';
import {
  drawingProgressSchema,
  drawingSchema,
  fillingSchema,
  labelSchema,
  qualitySchema,
  samplesRequests,
  samplesSchema,
  showing,
  unfinishedSchema,
  watchedSchema,
  watchingSchema,
} from '../samples';
import {
  animationSchema,
  canvas,
  componentCount,
  drawSeed,
  drawnFromSchema,
  interpolationSchema,
  latentSchema,
  modelInfoSchema,
  picturesWithLatents,
  showcaseSchema,
  studioRequests,
  variationSchema,
} from '../studio';
import { commonContract } from './common';

/** A checkpoint, by the folder `runs/<id>` of its run and its step. */
const model = z.object({ runDirectory: z.string(), step: z.number().int().nonnegative() });
const layer = z.number().int().nonnegative();
const split = splitSchema;
/** The dataset is the run's; null for draws from the prior, which need none. */
const draw = {
  from: drawnFromSchema,
  components: componentCount,
  seed: drawSeed,
  datasetDirectory: z.string().nullable(),
};

export const studioContract = {
  requests: {
    ...commonContract.requests,
    'studio.plan': {
      /** `items` to train on, where that is known; `latent` and `classes` of what a prior learns. */
      params: z.object({
        spec: runSpecSchema,
        signal: signalSchema,
        items: z.number().int().nonnegative().nullable().default(null),
        latent: latentShapeSchema.nullable().default(null),
        classes: z.number().int().nonnegative().default(0),
      }),
      result: planSchema,
    },
    /**
     * Measures steps of what `studio.plan` plans, with `items` to train on and `heldOut` held out; null for what is
     * fitted at once.
     */
    'studio.pace': {
      params: z.object({
        spec: runSpecSchema,
        signal: signalSchema,
        latent: latentShapeSchema.nullable(),
        classes: z.number().int().nonnegative(),
        items: z.number().int().nonnegative(),
        heldOut: z.number().int().nonnegative(),
      }),
      result: paceSchema.nullable(),
    },
    'studio.open': { params: model, result: modelInfoSchema },
    'studio.showcase': { params: model.extend({ datasetDirectory: z.string() }), result: showcaseSchema },
    'studio.encode': {
      params: model.extend({
        picture: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('item'), datasetDirectory: z.string(), index: z.number().int().nonnegative() }),
          z.object({ kind: z.literal('file'), name: z.string(), bytes: bytes }),
        ]),
      }),
      result: studioRequests['studio.encode'].result,
    },
    'studio.decode': {
      params: model.extend({ latent: latentSchema, canvas }),
      result: studioRequests['studio.decode'].result,
    },
    /** The dataset is the run's; null where it is gone, which matters to vectors alone. */
    'studio.blank': {
      params: model.extend({
        layer,
        code: z.number().int().nonnegative().nullable(),
        datasetDirectory: z.string().nullable(),
      }),
      result: studioRequests['studio.blank'].result,
      progress: progressSchema,
    },
    'studio.interpolate': { params: model.extend(interpolationSchema.shape), result: picturesWithLatents },
    /** The dataset is the run's; null for a model with codes, which needs none. */
    'studio.vary': {
      params: model.extend({ ...variationSchema.shape, datasetDirectory: z.string().nullable() }),
      result: picturesWithLatents,
      progress: progressSchema,
    },
    'studio.animate': { params: animationSchema, result: studioRequests['studio.animate'].result },
    'studio.palette': { params: model.extend({ layer }), result: studioRequests['studio.palette'].result },
    'studio.codebook': {
      params: model.extend({ layer, datasetDirectory: z.string(), split }),
      result: studioRequests['studio.codebook'].result,
      progress: progressSchema,
    },
    'studio.vectors': {
      params: model.extend({ datasetDirectory: z.string(), split }),
      result: studioRequests['studio.vectors'].result,
      progress: progressSchema,
    },
    'studio.fitDensity': {
      params: model.extend({ datasetDirectory: z.string(), components: componentCount }),
      result: studioRequests['studio.fitDensity'].result,
      progress: progressSchema,
    },
    'studio.draw': {
      params: model.extend({ ...draw, count: z.number().int() }),
      result: studioRequests['studio.draw'].result,
      progress: progressSchema,
    },
    'studio.density': {
      params: model.extend({ datasetDirectory: z.string(), latent: latentSchema, components: componentCount }),
      result: studioRequests['studio.density'].result,
    },
    'studio.code': {
      params: model.extend({
        layer,
        datasetDirectory: z.string(),
        split,
        code: z.number().int().nonnegative(),
        limit: z.number().int(),
      }),
      result: studioRequests['studio.code'].result,
      progress: progressSchema,
    },
    'studio.saveLatent': {
      params: model.extend({ latent: latentSchema, name: z.string() }),
      result: studioRequests['studio.saveLatent'].result,
    },
    'studio.openLatent': {
      params: model.extend({ bytes: bytes, anyWeights: z.boolean() }),
      result: studioRequests['studio.openLatent'].result,
    },
    'studio.evaluate': {
      params: model.extend({ datasetDirectory: z.string(), split, thorough: z.boolean().default(false) }),
      result: evaluationSchema,
      progress: progressSchema,
    },
    /** Likelihood of a split under a prior. */
    'studio.evaluatePrior': {
      params: model.extend({ datasetDirectory: z.string(), split }),
      result: evaluationSchema,
      progress: progressSchema,
    },
    'studio.samples': {
      params: model.extend({ ...drawingSchema.shape, showing }),
      result: samplesSchema,
      progress: drawingProgressSchema,
    },
    'studio.watchSample': {
      params: model.extend(watchingSchema.shape),
      result: watchedSchema,
      progress: progressSchema,
    },
    'studio.decodeUnfinished': {
      params: model.extend(unfinishedSchema.shape),
      result: samplesRequests['samples.decode'].result,
    },
    'studio.fill': {
      params: model.extend(fillingSchema.shape),
      result: samplesSchema,
      progress: progressSchema,
    },
    'studio.sampleQuality': {
      params: model.extend({ ...qualitySchema.shape, datasetDirectory: z.string() }),
      result: samplesRequests['samples.quality'].result,
      progress: progressSchema,
    },
    'studio.nearestItems': {
      params: model.extend({ ...nearestToSchema.shape, datasetDirectory: z.string() }),
      result: samplesRequests['samples.nearest'].result,
      progress: progressSchema,
    },
    'studio.surprise': {
      params: model.extend({ latent: latentSchema, canvas, label: labelSchema }),
      result: samplesRequests['samples.surprise'].result,
    },
    /** What the model makes of a few items of a split, evenly spread over it: the same items whatever the model. */
    'studio.reconstruct': {
      params: model.extend({ datasetDirectory: z.string(), split, count: z.number().int().positive() }),
      result: z.object({
        model: modelInfoSchema,
        names: z.array(z.string()),
        originals: itemsSchema,
        reconstructions: itemsSchema,
      }),
    },
    /** Rows of pictures as one PNG, and each row by itself. */
    'studio.sheet': {
      params: z.object({ rows: z.array(itemsSchema) }),
      result: z.object({ sheet: bytes, rows: z.array(bytes) }),
    },
    'studio.export': {
      params: model.extend({ format: exportFormatSchema, directory: z.string() }),
      result: exportResultSchema,
      progress: progressSchema,
    },
    /** Picture files to latent files and back, for the command line: names in, names out. */
    'studio.encodeFiles': {
      params: model.extend({ sources: z.array(z.string()), out: z.string() }),
      /** Files that were passed over, the first hundred by name and reason. */
      result: z.object({ files: z.array(z.string()), ...skippedFiles }),
      progress: progressSchema,
    },
    'studio.decodeFile': {
      params: model.extend({ source: z.string(), directory: z.string() }),
      result: z.object({ files: z.array(z.string()) }),
      progress: progressSchema,
    },
    /** The run and step that a latent file names; null for one that names none, as NumPy may have written it. */
    'studio.readLatent': {
      params: z.object({ source: z.string() }),
      result: z.object({ owner: z.object({ run: z.string(), step: z.number().int().nonnegative() }).nullable() }),
    },
    /** Draws from a prior to PNG files, for the command line: a folder in, names out. */
    'studio.samplePriorFiles': {
      params: model.extend({ ...drawingSchema.shape, count: z.number().int().positive(), directory: z.string() }),
      result: z.object({ files: z.array(z.string()) }),
      progress: progressSchema,
    },
    /**
     * Picture files to a compressed file and back, for the command line. With coder `prior` the run is a prior's: it
     * brings its autoencoder.
     */
    'studio.compressFiles': {
      params: model.extend({
        sources: z.array(z.string()),
        out: z.string(),
        coder: coderSchema,
        /** The class that a prior is conditioned on, for all pictures. */
        label: labelSchema,
      }),
      result: compressedSchema,
      progress: progressSchema,
    },
    /** What a compressed file says of itself: nothing is decoded. `called` is its name in messages. */
    'studio.readCompressed': {
      params: z.object({ source: z.string(), called: z.string().optional() }),
      result: compressedHeaderSchema,
    },
    /**
     * The pictures of a compressed file, or the first of them. The run is that which `readCompressed` says opens it.
     */
    'studio.restoreCompressed': {
      params: model.extend({ source: z.string(), called: z.string() }),
      result: restoredSchema.pick({ names: true, pictures: true }),
      progress: progressSchema,
    },
    /**
     * What codes of pictures take at every stage, and the compressed file. By a prior the run is the prior's, and the
     * codes its autoencoder's.
     */
    'studio.measureCoding': {
      params: model.extend({ byPrior: z.boolean(), pictures: pictureSetSchema, perceptual: z.boolean() }),
      /** With how the pictures' files were read, so that other formats are measured with the same. */
      result: measuredCodingSchema.extend({ tsr: bytes, preprocessing: preprocessingSchema }),
      progress: progressSchema,
    },
    /** The same pictures as PNG, JPEG and WebP; no model is needed. */
    'studio.measureCodecs': {
      params: z.object({
        pictures: pictureSetSchema,
        shape: signalSchema,
        preprocessing: preprocessingSchema.prefault({}),
        targets: z.array(codecTargetSchema),
        perceptual: z.boolean(),
      }),
      result: measuredCodecsSchema,
      progress: progressSchema,
    },
    'studio.decompressFile': {
      params: model.extend({ source: z.string(), directory: z.string() }),
      result: z.object({ files: z.array(z.string()), items: z.number().int() }),
      progress: progressSchema,
    },
    /** Draws to PNG files, for the command line: a folder in, names out. */
    'studio.sampleFiles': {
      params: model.extend({ ...draw, count: z.number().int().positive(), directory: z.string() }),
      result: z.object({ files: z.array(z.string()) }),
      progress: progressSchema,
    },
  },
  events: commonContract.events,
} satisfies Contract;
export type StudioContract = typeof studioContract;
