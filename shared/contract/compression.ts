import { z } from 'zod';
import { splitSchema } from '../specs/dataset';
import { renamed } from '../specs/earlier';
import { signalSchema } from '../specs/media';
import { checkpointChoice, datasetId, float32s, notKeptSchema, progressSchema, runId } from './common';
import { itemsSchema } from './items';

/** Files that were passed over, the first hundred by name and reason. */
export const skippedFiles = {
  skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
  skippedCount: z.number().int(),
};

/** Coders of codes that need no model. */
export const codersAlone = ['packed', 'huffman', 'static', 'adaptive'] as const;
export const coderSchema = z.enum([...codersAlone, 'prior']);

/**
 * Bits of all pictures together, at each stage of coding them. Whole numbers but for `fixed` (log₂ K per code) and
 * `entropy`.
 */
const sizesSchema = z.object({
  /** Their pixels as bytes. */
  raw: z.number(),
  fixed: z.number(),
  packed: z.number(),
  entropy: z.number(),
  huffman: z.number(),
  static: z.number(),
  adaptive: z.number(),
  /** What was written, by the coder that was asked for: the codes with their tables. */
  coded: z.number(),
  /** The whole file: names and hashes as well. */
  file: z.number(),
});

export const compressedSchema = z.object({
  files: z.array(z.string()),
  items: z.number().int(),
  /** Height × width of all pictures: bits divided by it are bits per pixel. */
  pixels: z.number().int(),
  bits: sizesSchema,
  ...skippedFiles,
});
export type Compressed = z.infer<typeof compressedSchema>;

export const compressedHeaderSchema = z.object({
  coder: coderSchema,
  items: z.number().int(),
  /** The run that opens it, of an autoencoder or of a prior, as it was called where the file was made. */
  opener: z.object({ run: z.string(), step: z.number().int() }),
});
export type CompressedHeader = z.infer<typeof compressedHeaderSchema>;

/** Pictures that are measured at once, at most; files of any number are compressed by the command line. */
export const MOST_MEASURED = 1000;

/** Bits of all pictures together at each stage. Whole numbers but for `fixed` (log₂ K per code) and `entropy`. */
const stageBitsSchema = sizesSchema.omit({ coded: true, file: true }).extend({
  /** The tables of `huffman` and `static`, which say how often codes occur. */
  huffmanTable: z.number(),
  staticTable: z.number(),
  /** Bits by the prior; null where none codes. */
  prior: z.number().nullable(),
});

/** Similarity of reconstructions to their originals: means over the pictures. */
const likenessSchema = z.object({
  /** dB */
  psnr: z.number(),
  ssim: z.number(),
  /** Distance in a trunk's features; null where it wasn't asked for or the trunk isn't set up. */
  perceptual: z.number().nullable(),
});
export type Likeness = z.infer<typeof likenessSchema>;

/** Similarity of each picture on a sheet to its original. */
const eachSchema = z.object({ psnr: float32s, ssim: float32s });
export type EachLikeness = z.infer<typeof eachSchema>;

/** Pictures by a model's codes. */
export const measuredCodingSchema = likenessSchema.extend({
  items: z.number().int(),
  /** Height × width of all pictures: bits divided by it are bits per pixel. */
  pixels: z.number().int(),
  signal: signalSchema,
  /** The autoencoder's checkpoint, and the prior's where one codes. */
  step: z.number().int(),
  priorStep: z.number().int().nullable(),
  bits: stageBitsSchema,
  /** What coded the file: the prior, or the coder of which it is smallest. Its bits are `bits[coder]`. */
  coder: coderSchema,
  /** The whole file: names and hashes as well. */
  fileBytes: z.number().int(),
  /** Number of pictures whose class the prior was conditioned on. */
  conditioned: z.number().int(),
  /** Names of the pictures on the sheet. */
  names: z.array(z.string()),
  originals: itemsSchema,
  reconstructions: itemsSchema,
  each: eachSchema,
});
export type MeasuredCoding = z.infer<typeof measuredCodingSchema>;

/** All pictures at one quality of a format. */
const codecPointSchema = likenessSchema.extend({
  quality: z.number().int(),
  /** Bytes of all files together. */
  fileBytes: z.number().int(),
  /** Bytes without what could be said once for all pictures: signatures, sizes, tables, checksums. */
  dataBytes: z.number().int(),
});
export type CodecPoint = z.infer<typeof codecPointSchema>;

const sameSizeSchema = z.object({
  /** The highest quality whose bytes are not more; the lowest there is where even those are more. */
  point: codecPointSchema,
  fits: z.boolean(),
  pictures: itemsSchema,
  each: eachSchema,
});

/** A format beside one run's codes. */
const codecMatchSchema = z.object({
  /** As many bytes as the whole compressed file has; as its codes have, headers left out on both sides. */
  sameSize: z.object({ files: sameSizeSchema, data: sameSizeSchema }),
  /** The lowest quality that comes to the codes’ PSNR; the highest there is where that stays below. */
  samePsnr: z.object({ point: codecPointSchema, reaches: z.boolean() }),
});
export type CodecMatch = z.infer<typeof codecMatchSchema>;

export const lossyFormats = ['jpeg', 'webp'] as const;
export const measuredCodecsSchema = z.object({
  /** Nothing is lost. */
  png: z.object({ fileBytes: z.number().int(), dataBytes: z.number().int() }),
  formats: z.array(
    z.object({
      format: z.enum(lossyFormats),
      /** From the lowest quality to the highest. */
      curve: z.array(codecPointSchema),
      /** One for each of the targets. */
      matches: z.array(codecMatchSchema),
    }),
  ),
});
export type MeasuredCodecs = z.infer<typeof measuredCodecsSchema>;

/** What a format is to meet: the size of a run's file and of its codes, and the quality of its reconstructions. */
export const codecTargetSchema = z.object({
  fileBytes: z.number().int(),
  dataBytes: z.number().int(),
  psnr: z.number(),
});
export type CodecTarget = z.infer<typeof codecTargetSchema>;

const chosenItems = { split: splitSchema, count: z.number().int().min(1).max(MOST_MEASURED) };

/** The same, as the engine receives it. */
export const pictureSetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('items'), datasetDirectory: z.string(), ...chosenItems }),
  z.object({ kind: z.literal('files'), sources: z.array(z.string()) }),
]);
export type PictureSet = z.infer<typeof pictureSetSchema>;

const compressedRunFields = measuredCodingSchema.omit({ originals: true, names: true }).extend({
  run: runId,
  name: z.string(),
  /** Kind of model, `vq-vae`. */
  model: z.string(),
  prior: z.object({ run: runId, name: z.string(), model: z.string() }).nullable(),
  /** Its compressed file among the export's. */
  tsr: z.string(),
});
const compressedRunSchema = z.preprocess(
  (value) => renamed('told', 'conditioned')(renamed('image', 'signal')(value)),
  compressedRunFields,
);
export type CompressedRun = z.infer<typeof compressedRunSchema>;

const compressionFields = z.object({
  /** The export's id, for `exports.read` and `exports.reveal` of `compression.csv` and each run's `.tsr` and sheet. */
  id: z.string(),
  path: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
  /** Null of one’s own files. */
  dataset: z.object({ id: datasetId, name: z.string(), split: splitSchema }).nullable(),
  items: z.number().int(),
  pixels: z.number().int(),
  signal: signalSchema,
  /** Names of the pictures on the sheets. */
  names: z.array(z.string()),
  originals: itemsSchema,
  /** As they were asked for, once each where several come to the same; a format's `matches` are in the same order. */
  runs: z.array(compressedRunSchema),
  codecs: measuredCodecsSchema,
  /** Where it could not be kept as the document of its id. */
  notKept: notKeptSchema.optional(),
});
/** Documents of earlier versions call the signal `image`. */
export const compressionSchema = z.preprocess(renamed('image', 'signal'), compressionFields);
export type Compression = z.infer<typeof compressionSchema>;

export const restoredSchema = compressedHeaderSchema.extend({
  /** The run that opened it, as it is called here. */
  name: z.string(),
  names: z.array(z.string()),
  /** The first of them: as many as fit into one answer. */
  pictures: itemsSchema,
});
export type Restored = z.infer<typeof restoredSchema>;

export const compressionRequests = {
  /**
   * What the codes of pictures take at every stage, by one run or several over the same pictures, beside PNG, JPEG and
   * WebP. A run of an autoencoder is coded by the prior of that checkpoint that does it best, where there is one; a
   * prior's codes its autoencoder's.
   */
  'compression.measure': {
    params: z.object({
      runs: z.array(runId).min(1).max(12),
      checkpoint: checkpointChoice.default('best'),
      pictures: z.discriminatedUnion('kind', [
        /** The dataset of the first run, if left out. */
        z.object({ kind: z.literal('items'), dataset: datasetId.optional(), ...chosenItems }),
        z.object({ kind: z.literal('files'), grant: z.string() }),
      ]),
      /**
       * Whether priors code where there are some. What a prior coded opens only where it gives the same probabilities.
       */
      usePriors: z.boolean().default(true),
      perceptual: z.boolean().default(false),
    }),
    result: compressionSchema,
    progress: progressSchema,
  },
  /** The pictures of a `.tsr` file, exactly as its codes decode, or why it can't be opened. */
  'compression.restore': {
    params: z.object({ grant: z.string() }),
    result: restoredSchema,
    progress: progressSchema,
  },
};
