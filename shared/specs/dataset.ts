import { z } from 'zod';
import { withFactsOfPictures, withSignal } from './earlier';
import { described } from './field';
import { type Signal, dtypeOf, pictureImportOptions, shapeOf, signalSchema } from './media';

/** The two parts every dataset has: what a run learns from, and what it is judged on. */
export const splitSchema = z.enum(['train', 'test']);
export type Split = z.infer<typeof splitSchema>;

/** How a folder or archive becomes a dataset: the fields of every medium, of which an import uses its own, and those that all have. */
export const importOptionsSchema = z.object({
  name: described(z.string().trim().min(1).max(120).optional(), {
    label: { en: 'Name', 'zh-CN': '名称' },
    help: {
      en: 'What to call the dataset; the folder’s name if left empty.',
      'zh-CN': '数据集的名称；留空则用文件夹名。',
    },
  }),
  ...pictureImportOptions.shape,
  nameEncoding: described(
    z.enum(['auto', 'utf-8', 'gbk', 'big5', 'shift_jis', 'euc-kr', 'cp437', 'cp866', 'windows-1252']).default('auto'),
    {
      label: { en: 'Encoding of names', 'zh-CN': '文件名编码' },
      help: {
        en: 'The encoding of names in archives that don’t state it.',
        'zh-CN': '压缩包未注明编码时，文件名按何种编码读取。',
      },
      values: {
        auto: { en: 'Automatic', 'zh-CN': '自动' },
        'utf-8': { en: 'UTF-8', 'zh-CN': 'UTF-8' },
        gbk: { en: 'GBK (simplified Chinese)', 'zh-CN': 'GBK（简体中文）' },
        big5: { en: 'Big5 (traditional Chinese)', 'zh-CN': 'Big5（繁体中文）' },
        shift_jis: { en: 'Shift-JIS (Japanese)', 'zh-CN': 'Shift-JIS（日文）' },
        'euc-kr': { en: 'EUC-KR (Korean)', 'zh-CN': 'EUC-KR（韩文）' },
        cp437: { en: 'cp437 (DOS, Western)', 'zh-CN': 'cp437（DOS 西欧）' },
        cp866: { en: 'cp866 (DOS, Cyrillic)', 'zh-CN': 'cp866（DOS 西里尔文）' },
        'windows-1252': { en: 'Windows-1252 (Western)', 'zh-CN': 'Windows-1252（西欧）' },
      },
    },
  ),
  testFraction: described(z.number().min(0.01).max(0.5).default(0.1), {
    label: { en: 'Held out', 'zh-CN': '留出比例' },
    help: {
      en: 'Share of items held out for testing, unless train/ and test/ folders decide it.',
      'zh-CN': '留作测试的比例；若已有 train/ 和 test/ 文件夹则以其为准。',
    },
  }),
  seed: described(z.number().int().min(0).max(2147483647).default(1), {
    label: { en: 'Seed', 'zh-CN': '随机种子' },
    help: { en: 'The same seed splits the same pictures the same way.', 'zh-CN': '相同种子得到相同划分。' },
  }),
});
export type ImportOptions = z.infer<typeof importOptionsSchema>;
export type NameEncoding = ImportOptions['nameEncoding'];

const factsSchema = z.record(z.string(), z.number());

const manifestFields = z.object({
  version: z.literal(1),
  name: z.string(),
  signal: signalSchema,
  count: z.number().int().positive(),
  classes: z.array(z.string()),
  splits: z.object({ train: z.number().int().nonnegative(), test: z.number().int().nonnegative() }),
  /** Mean and variance of each channel over all items, values from 0 to 1 over the medium’s range. */
  mean: z.array(z.number()),
  variance: z.array(z.number()),
  /**
   * One number over all channels of the training split, likewise from 0 to 1: the divisor of NMSE (Sonnet's 0.0632703981).
   */
  trainVariance: z.number().positive(),
  /** The items' facts: the smallest, middle and largest of each, by itself. */
  facts: z.object({ minimum: factsSchema, median: factsSchema, maximum: factsSchema }),
  /** What the thumbnails file holds; null where the pack itself is small enough to show. */
  thumbnails: signalSchema.nullable(),
  options: importOptionsSchema,
  source: z.string(),
  skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
  skippedCount: z.number().int().nonnegative(),
  notes: z.array(z.string()),
  licence: z.string().nullable().default(null),
  createdAt: z.string(),
});

/**
 * `dataset.json` beside the pack: what the items are and where they came from. Takes what earlier versions wrote as
 * well.
 */
export const datasetManifestSchema = z.preprocess((value) => withFactsOfPictures(withSignal(value)), manifestFields);
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

/** What was said of an item in words, whatever its medium: from the files and tables beside it. */
export const itemTextsSchema = z.object({
  /** Sentences that describe it, in any language. */
  captions: z.array(z.string()).default([]),
  tags: z.array(z.string()).default([]),
  /** All else that a table says of it, by the column's name; lists and objects as JSON text. */
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
});
export type ItemTexts = z.infer<typeof itemTextsSchema>;
export const noTexts: ItemTexts = { captions: [], tags: [], fields: {} };

/** One line of `items.jsonl`, in pack order. What is empty of its texts isn't written. */
const itemLineFields = itemTextsSchema.extend({
  name: z.string(),
  /** Index into the manifest's classes, or null. */
  label: z.number().int().nonnegative().nullable(),
  split: splitSchema,
  facts: factsSchema,
});
export type ItemLine = z.infer<typeof itemLineFields>;
/** A line before it is written; its texts may be left out. */
export type NewItemLine = z.input<typeof itemLineFields>;

const ownFields = new Set(Object.keys(itemLineFields.shape));

/** In the file the facts stand beside the other fields, a picture's `width` and `height`. */
export const itemLineSchema = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null || 'facts' in value) return value;
  const fields = Object.entries(value);
  const own = fields.filter(([field]) => ownFields.has(field));
  const facts = fields.filter(([field, known]) => !ownFields.has(field) && typeof known === 'number');
  return { ...Object.fromEntries(own), facts: Object.fromEntries(facts) };
}, itemLineFields);

/** File names inside a dataset's folder: the shape of an item, and the type of its values. */
export const packFileName = (signal: Signal): string => `pack-${shapeOf(signal).join('x')}.${dtypeOf(signal)}`;
export const thumbnailFileName = (signal: Signal): string => `thumbs-${shapeOf(signal).join('x')}.${dtypeOf(signal)}`;
/** The codes of all items by an autoencoder of these weights. */
export const codesFileName = (weightsHash: string): string => `codes/${weightsHash.slice(0, 16)}.safetensors`;
/** What a perceptual trunk sees in each item of a split. */
export const featuresFileName = (trunk: string, split: Split): string => `features/${trunk}-${split}.safetensors`;
/** The hash of the dataset's content, made anew if it is gone. */
export const contentHashFileName = 'content-hash.json';
