import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { contentHashFileName, packFileName, type DatasetManifest } from '@shared/specs/dataset';
import { replaceFile } from '../../files';

const ITEMS = 'items.jsonl';

/** Kept beside the pack: the hash, and the sizes and times of the hashed files. */
const keptSchema = z.object({
  version: z.literal(1),
  hash: z.string(),
  files: z.array(z.tuple([z.number(), z.number()])),
});

/**
 * SHA-256 of a dataset's content, hexadecimal: shape, classes, pixels, and every item's name, class and split. Two datasets with
 * the same hash teach a model the same. Computed once, in pieces, then kept beside the pack.
 *
 * @param folder the dataset's
 * @throws the system's errors where a file can't be read
 */
export async function contentHash(folder: string, manifest: DatasetManifest): Promise<string> {
  const files = [packFileName(manifest.signal), ITEMS].map((name) => path.join(folder, name));
  const looks = files.map((file): [number, number] => {
    const { size, mtimeMs } = statSync(file);
    return [size, mtimeMs];
  });
  const kept = readKept(folder);
  if (kept && JSON.stringify(kept.files) === JSON.stringify(looks)) return kept.hash;
  const hash = createHash('sha256');
  const { kind, ...shape } = manifest.signal;
  // pictures have no kind here: runs keep the hashes of datasets from before there were other media
  hash.update(JSON.stringify({ ...(kind === 'picture' ? {} : { kind }), ...shape, classes: manifest.classes }));
  for (const file of files) {
    for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(piece as Buffer);
  }
  const found = { version: 1 as const, hash: hash.digest('hex'), files: looks };
  try {
    replaceFile(path.join(folder, contentHashFileName), `${JSON.stringify(found)}\n`);
  } catch {
    // a folder that can't be written to: it is computed again next time
  }
  return found.hash;
}

function readKept(folder: string): z.infer<typeof keptSchema> | null {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(path.join(folder, contentHashFileName), 'utf8')));
  } catch {
    return null;
  }
}
