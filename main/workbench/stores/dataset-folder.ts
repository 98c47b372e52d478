import { readFileSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { AppError } from '@shared/errors';
import { issueText } from '@shared/issues';
import { datasetManifestSchema, packFileName, thumbnailFileName, type DatasetManifest } from '@shared/specs/dataset';
import { bytesOf } from '@shared/specs/media';
import { replaceFile } from '../../files';

const MANIFEST = 'dataset.json';
/** File that marks the folder of a bundled example. */
const BUNDLED = 'bundled.json';

/**
 * Reads dataset.json and checks that the files beside it agree. Throws BAD_FILE, naming the file and what is wrong
 * with it, for a folder that is not a whole dataset.
 */
export function readDatasetFolder(folder: string): { manifest: DatasetManifest; bundled: boolean } {
  const manifest = readManifest(folder);
  const { signal, count, thumbnails } = manifest;
  checkSize(path.join(folder, packFileName(signal)), count * bytesOf(signal));
  if (thumbnails) checkSize(path.join(folder, thumbnailFileName(thumbnails)), count * bytesOf(thumbnails));
  return { manifest, bundled: find(path.join(folder, BUNDLED)) !== undefined };
}

export function writeManifest(folder: string, manifest: DatasetManifest): void {
  replaceFile(path.join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

export function markBundled(folder: string, sample: string): void {
  replaceFile(path.join(folder, BUNDLED), `${JSON.stringify({ sample })}\n`);
}

function readManifest(folder: string): DatasetManifest {
  const file = path.join(folder, MANIFEST);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AppError('BAD_FILE', `${file} can't be read as JSON.`, '', { field: file, cause });
  }
  const parsed = datasetManifestSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new AppError('BAD_FILE', `${file}: ${issueText(parsed.error)}.`, '', { field: file });
}

function checkSize(file: string, expected: number): void {
  const found = find(file)?.size;
  if (found === expected) return;
  const what = found === undefined ? 'is missing' : `has ${found} bytes instead of ${expected}`;
  throw new AppError('BAD_FILE', `${file} ${what}.`, 'Import the dataset again.', { field: file });
}

const find = (file: string): Stats | undefined => statSync(file, { throwIfNoEntry: false });
