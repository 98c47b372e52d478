import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { assetPath, contentType, isImmutable } from '@shared/page';

export interface Asset {
  /** Absolute path of an existing file inside the page's folder. */
  file: string;
  bytes: number;
  type: string;
  cacheControl: string;
}

/**
 * Finds the page's file for a raw URL path; null for anything else: odd names, folders, endings that no page needs,
 * and links that lead out of `directory`.
 */
export async function findAsset(directory: string, rawPath: string): Promise<Asset | null> {
  const relative = assetPath(rawPath);
  const type = relative === null ? null : contentType(relative);
  if (relative === null || type === null) return null;
  try {
    const [root, file] = await Promise.all([realpath(directory), realpath(path.join(directory, relative))]);
    if (!file.startsWith(root + path.sep)) return null;
    const found = await stat(file);
    if (!found.isFile()) return null;
    const cacheControl = isImmutable(relative) ? 'private, max-age=31536000, immutable' : 'no-cache';
    return { file, bytes: found.size, type, cacheControl };
  } catch {
    return null;
  }
}
