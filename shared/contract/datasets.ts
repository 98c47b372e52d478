import { z } from 'zod';
import { datasetManifestSchema, importOptionsSchema, itemTextsSchema, splitSchema } from '../specs/dataset';
import { signalSchema } from '../specs/media';
import { datasetId, empty, progressSchema, runId } from './common';
import { itemsSchema } from './items';

export const datasetSummarySchema = z.object({
  id: datasetId,
  name: z.string(),
  signal: signalSchema,
  count: z.number().int(),
  classes: z.array(z.string()),
  splits: z.object({ train: z.number().int(), test: z.number().int() }),
  createdAt: z.string(),
  /** Shown on the card: a few items. */
  cover: z.array(z.number().int()),
  /** A bundled example. */
  bundled: z.boolean(),
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

export const datasetDetailSchema = datasetSummarySchema.extend({
  manifest: datasetManifestSchema,
  bytesOnDisk: z.number(),
  /** Items of each class, in the order of `classes`, by split; the last number is of items without a class. */
  classCounts: z.object({ train: z.array(z.number().int()), test: z.array(z.number().int()) }),
});
export type DatasetDetail = z.infer<typeof datasetDetailSchema>;

export const itemFilterSchema = z.object({
  split: splitSchema.nullable().default(null),
  /** Index into `classes`; -1 is items without a class. */
  label: z.number().int().min(-1).nullable().default(null),
  /** What the name, a caption, a tag or a field contains, in either case. */
  text: z.string().max(200).default(''),
});
export type ItemFilter = z.infer<typeof itemFilterSchema>;

export const itemSchema = itemTextsSchema.extend({
  /** Position in the pack: what every other request names an item by. */
  index: z.number().int().nonnegative(),
  name: z.string(),
  label: z.number().int().nullable(),
  split: splitSchema,
  /** What is known of it as it came: a picture's `width` and `height`. */
  facts: z.record(z.string(), z.number()),
});
export type Item = z.infer<typeof itemSchema>;

export const importReportSchema = z.object({
  dataset: datasetId,
  name: z.string(),
  items: z.number().int(),
  splits: z.object({ train: z.number().int(), test: z.number().int() }),
  skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
  skippedCount: z.number().int(),
  /** Captions, tags and values of fields that came with the items. */
  captions: z.number().int(),
  tags: z.number().int(),
  fields: z.number().int(),
  notes: z.array(z.string()),
});
export type ImportReport = z.infer<typeof importReportSchema>;

const oneDataset = z.object({ dataset: datasetId });
/** At most this many pictures an answer. */
export const MAXIMUM_PICTURES = 1024;
const indices = z.array(z.number().int().nonnegative()).max(MAXIMUM_PICTURES);

/**
 * What a dataset's checksums say of its files.
 * - `right`: nothing has changed · `damaged`: these blocks have · `new`: there were no checksums; there are now
 */
export const verificationSchema = z.object({
  state: z.enum(['right', 'damaged', 'new']),
  /** That were read. */
  bytes: z.number().int(),
  /** Damaged blocks in all, and the first hundred by file and byte. */
  blocks: z.number().int(),
  damage: z.array(z.object({ file: z.string(), offset: z.number().int(), bytes: z.number().int() })),
});
export type Verification = z.infer<typeof verificationSchema>;

export const datasetsRequests = {
  'datasets.list': { params: empty, result: z.array(datasetSummarySchema) },
  'datasets.get': { params: oneDataset, result: datasetDetailSchema },
  'datasets.import': {
    params: z.object({ grant: z.string(), options: importOptionsSchema }),
    result: importReportSchema,
    progress: progressSchema,
  },
  /** Compares every block of its files with its checksum; see `verificationSchema`. Slow, in the background. */
  'datasets.verify': { params: oneDataset, result: verificationSchema, progress: progressSchema },
  'datasets.rename': {
    params: oneDataset.extend({ name: z.string().trim().min(1).max(120) }),
    result: datasetSummarySchema,
  },
  /**
   * Into the bin; refused while a run trains on it. `learners` learnt from it: they keep their weights, but go on, are
   * evaluated and show its items only once it is back.
   */
  'datasets.remove': {
    params: oneDataset,
    result: z.object({ learners: z.array(z.object({ run: runId, name: z.string() })) }),
  },
  'datasets.restore': { params: oneDataset, result: datasetSummarySchema },
  'datasets.items': {
    params: oneDataset.extend({
      filter: itemFilterSchema.prefault({}),
      offset: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(MAXIMUM_PICTURES),
    }),
    result: z.object({ total: z.number().int(), items: z.array(itemSchema) }),
  },
  /** At most 64 px on the longer side. */
  'datasets.thumbnails': { params: oneDataset.extend({ indices }), result: itemsSchema },
  /** True pixels, as the models see them. */
  'datasets.pixels': { params: oneDataset.extend({ indices }), result: itemsSchema },
};

export const datasetsEvents = {
  'datasets.changed': z.object({ dataset: datasetId }),
};
