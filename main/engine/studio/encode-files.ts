import path from 'node:path';
import { makeFolder, replaceFile } from '../../files';
import { type EncodeSourcesRequest, encodeSources } from './encode-sources';
import { writeLatents } from './latent-file';
import type { Skipped } from './source-items';

export interface EncodeFilesRequest extends EncodeSourcesRequest {
  /** The `.npz` to write. */
  out: string;
}

/**
 * Encodes items into one latent file.
 * @throws as `encodeSources`; DISK. Nothing is written then.
 */
export async function encodeFiles({ out, ...request }: EncodeFilesRequest): Promise<{ files: string[] } & Skipped> {
  const { rows, names, skipped, skippedCount } = await encodeSources(request);
  makeFolder(path.dirname(out));
  replaceFile(out, writeLatents({ rows, names }, request.model.info));
  return { files: [out], skipped, skippedCount };
}
