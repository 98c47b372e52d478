import { z } from 'zod';
import { bytes, datasetId, empty, float32s, int32s, runId } from './common';
import { itemsSchema } from './items';
import { comparisonSchema } from './compare';
import { compressionSchema } from './compression';
import { recipeSchema } from './recipe';

/** What a person made, kept in the workspace under a name of its own: the last part of its address in the page. */
export const documentId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,120}$/, 'expected a document’s id');

const side = z.number().int().nonnegative().max(4096);
const frame = z.object({ height: side, width: side, top: side, left: side });
const numbers = z.union([int32s, float32s]);
const edit = z.object({
  cells: int32s,
  before: numbers,
  after: numbers,
  layer: z.number().int().nonnegative().optional(),
  frame: z.object({ before: frame.nullable(), after: frame.nullable() }).optional(),
});

/** A picture on the Studio's table with everything that was done to its latent, in order, and what was undone of it. */
export const studioDocument = z.object({
  run: runId,
  step: z.number().int().nonnegative(),
  weightsHash: z.string().max(128),
  name: z.string().max(300),
  /**
   * Where it came from: an item, or a file, whose bytes are a document of kind `picture`. Null of codes from elsewhere.
   */
  picture: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('item'), dataset: datasetId, index: z.number().int().nonnegative() }),
      z.object({ kind: z.literal('file'), name: z.string().max(300), kept: documentId }),
    ])
    .nullable(),
  original: itemsSchema.nullable(),
  /** The latent before the first edit, and what it decodes to. */
  encoded: numbers,
  reconstruction: itemsSchema,
  done: z.array(edit).max(100_000),
  undone: z.array(edit).max(100_000),
  tools: z.object({
    panel: z.enum(['paint', 'vary', 'extend', 'between']),
    tool: z.enum(['brush', 'fill', 'rectangle', 'select', 'eyedropper']),
    brushSize: z.number().int().min(1).max(64),
    layer: z.number().int().nonnegative(),
    code: z.number().int().nonnegative(),
  }),
});
export type StudioDocument = z.infer<typeof studioDocument>;

/** A picture file that somebody dropped, as it was. */
export const pictureDocument = z.object({ name: z.string().max(300), bytes });

/**
 * The form of a new run on one dataset, or of a prior of one autoencoder; settings as JSON, since they may still
 * contradict each other.
 */
export const draftDocument = z.object({
  spec: z.string().max(200_000),
  name: z.string().max(200),
  /**
   * What the form was opened with, where that was no preset, as JSON: only a form that is opened with the same gets it
   * back.
   */
  begin: z.string().max(200_000).nullable().default(null),
});

/** A sheet of samples of one prior. */
export const samplesDocument = z.object({
  recipe: recipeSchema,
  isEach: z.boolean(),
  /** Samples that were asked for; fewer are there where drawing was cancelled. */
  wanted: z.number().int().nonnegative(),
  /** Each sample's number among the samples of the seed, and the class that was asked for. */
  each: z.array(z.object({ number: z.number().int().nonnegative(), class: recipeSchema.shape.class })).max(100_000),
  /** In the same order; null before the first. */
  pictures: itemsSchema.nullable(),
  /** [each.length, latentSize]; empty of a prior over vectors, which has `vectors`. */
  codes: int32s,
  vectors: float32s.nullable(),
});
export type SamplesDocument = z.infer<typeof samplesDocument>;

/** Samples that somebody liked, the newest first, each with its own picture, so that they outlast the run. */
export const favouritesDocument = z.object({
  samples: z
    .array(
      z.object({
        id: z.string().max(1000),
        recipe: recipeSchema,
        number: z.number().int().nonnegative(),
        pictures: itemsSchema,
        codes: int32s,
        vector: float32s.optional(),
      }),
    )
    .max(10_000),
});

/** The model that all screens follow. */
export const currentModelDocument = z.object({ run: runId.nullable() });

/** Every kind of document, with what it holds. */
export const documentSchemas = {
  studio: studioDocument,
  picture: pictureDocument,
  draft: draftDocument,
  samples: samplesDocument,
  favourites: favouritesDocument,
  comparison: comparisonSchema,
  compression: compressionSchema,
  'current-model': currentModelDocument,
} as const;
export type DocumentKind = keyof typeof documentSchemas;
export type DocumentValue<K extends DocumentKind> = z.output<(typeof documentSchemas)[K]>;
export const documentKinds = Object.keys(documentSchemas) as [DocumentKind, ...DocumentKind[]];
/** Kinds that the page writes; the others the workbench keeps itself, where they are made. */
export type WrittenKind = Exclude<DocumentKind, 'comparison' | 'compression'>;

const kind = z.enum(documentKinds);
const title = z.string().max(300);
const MOST_FACTS = 20;
/** What a list says of a document beside its title: which run, which picture, how many edits. */
const facts = z
  .record(z.string().max(40), z.union([z.string().max(300), z.number()]))
  .refine((all) => Object.keys(all).length <= MOST_FACTS, `expected at most ${MOST_FACTS} facts`)
  .default({});

export const documentSummarySchema = z.object({
  id: documentId,
  title,
  facts,
  /** When it was last written, ISO 8601. */
  changedAt: z.string(),
  bytes: z.number().int(),
});
export type DocumentSummary = z.infer<typeof documentSummarySchema>;

const writing = <K extends WrittenKind>(of: K) =>
  z.object({ kind: z.literal(of), id: documentId, title, facts, value: documentSchemas[of] });
const reading = <K extends DocumentKind>(of: K) =>
  z.object({ kind: z.literal(of), ...documentSummarySchema.shape, value: documentSchemas[of] });

/** What the person made and has not thrown away: one file each below the workspace's folder `documents`. */
export const documentsRequests = {
  /** The newest first. A file that can't be read is named among the damaged ones, and left as it is. */
  'documents.list': {
    params: z.object({ kind }),
    result: z.object({
      documents: z.array(documentSummarySchema),
      damaged: z.array(z.object({ id: documentId, file: z.string(), message: z.string() })),
    }),
  },
  /** Null where there is none. Throws BAD_FILE, naming the file, for a damaged one. */
  'documents.read': {
    params: z.object({ kind, id: documentId }),
    result: z
      .discriminatedUnion('kind', [
        reading('studio'),
        reading('picture'),
        reading('draft'),
        reading('samples'),
        reading('favourites'),
        reading('comparison'),
        reading('compression'),
        reading('current-model'),
      ])
      .nullable(),
  },
  /**
   * Makes it or replaces it, whole or not at all. Throws LIMIT beyond the size or number of its kind, DISK or DENIED.
   */
  'documents.write': {
    params: z.discriminatedUnion('kind', [
      writing('studio'),
      writing('picture'),
      writing('draft'),
      writing('samples'),
      writing('favourites'),
      writing('current-model'),
    ]),
    result: documentSummarySchema,
  },
  /** Nothing happens where there is none. */
  'documents.remove': { params: z.object({ kind, id: documentId }), result: empty },
};

export const documentsEvents = {
  /** Written, or removed where `document` is null; by any page or by the workbench. */
  'documents.changed': z.object({ kind, id: documentId, document: documentSummarySchema.nullable() }),
};
