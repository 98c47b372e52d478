import { z } from 'zod';

/** Files that were passed over, the first hundred by name and reason. */
export const skippedFiles = {
  skipped: z.array(z.object({ file: z.string(), reason: z.string() })),
  skippedCount: z.number().int(),
};

/** Coders of codes that need no model. */
export const codersAlone = ['packed', 'huffman', 'static', 'adaptive'] as const;
export const coderSchema = z.enum([...codersAlone, 'prior']);

/** Bits of all pictures together, at each stage of coding them. Whole numbers but for `fixed` (log₂ K a code) and `entropy`. */
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
  /** Height × width of all pictures: bits divided by it are bits a pixel. */
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
