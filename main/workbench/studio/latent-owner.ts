import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '@shared/errors';
import { readZip } from '../../files';

const MOST_META_BYTES = 64 * 1024 * 1024;
const ownerSchema = z.object({ run: z.string().min(1), step: z.number().int().nonnegative() });

/**
 * Which run and step a latent file names in its `meta`; null for a file that names none, as NumPy may have written it. All
 * else about the file is for the engine to judge.
 * @throws BAD_FILE naming the file where it is no archive, or a checksum in it is wrong
 */
export async function readLatentOwner(file: string): Promise<z.infer<typeof ownerSchema> | null> {
  const bytes = await readFile(file);
  try {
    const [meta] = readZip(bytes, (entry) => entry.name === 'meta.npy' && entry.bytes <= MOST_META_BYTES);
    const parsed = meta && ownerSchema.safeParse(JSON.parse(npyText(meta[1])));
    return parsed?.success ? parsed.data : null;
  } catch (cause) {
    if (!(cause instanceof AppError)) return null;
    throw new AppError(cause.code, `${file}: ${cause.message}`, cause.hint, { field: 'source', cause });
  }
}

/** The one string of a `.npy` file of type `<U…`: after its header, UTF-32, padded with zeros. */
function npyText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isOld = bytes[6] === 1;
  const start = isOld ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  let text = '';
  for (let at = start; at + 4 <= bytes.byteLength; at += 4) {
    const point = view.getUint32(at, true);
    if (point !== 0) text += String.fromCodePoint(point);
  }
  return text;
}
