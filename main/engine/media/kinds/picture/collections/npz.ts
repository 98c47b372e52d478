import { AppError } from '@shared/errors';
import type { ImportLimits } from '../../../limits';
import { parseNpyHeader, type NpyHeader } from '../../../../formats/npy';
import type { SourceFile } from '../../../sources';
import { zipSource } from '../../../sources/zip';
import { announcedBytes, scanArray, type ScanContext } from './arrays/scan';
import type { StoredArray } from './arrays/stored';

/**
 * The arrays of a `.npz` on disk. One that is not read (of objects, of records) is named in `notes`, not opened, and
 * keeps none of the others. Throws BAD_FILE where the file itself can't be read, or nothing in it can.
 */
export async function npzArrays(file: SourceFile, context: ScanContext, notes: string[]): Promise<StoredArray[]> {
  const { location, path } = file;
  if (location === null) throw new AppError('BAD_FILE', 'a .npz inside an archive is not read; import it by itself');
  const { limits, signal } = context;
  const found: StoredArray[] = [];
  const unread: string[] = [];
  for await (const entry of npyFiles(location, limits, signal)) {
    const name = entry.path.replace(/\.npy$/, '');
    const bytes = await entry.size();
    const parse = (head: Uint8Array): NpyHeader | null => {
      try {
        return parseNpyHeader(head);
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown;
        unread.push(`“${name}” in ${path}: ${thrown.message}`);
        return null;
      }
    };
    const scanned = await scanArray({ name, stream: entry.stream(), parse, bytes, packedBytes: null }, context);
    if (scanned === null) {
      await readToEnd(entry); // a header that is damaged looks like a type that is not read: the checksum tells
      continue;
    }
    if (bytes !== announcedBytes(scanned.header))
      throw new AppError('BAD_FILE', `“${entry.path}” has not the size that its header says`);
    const read = (): AsyncGenerator<Uint8Array> => contentOf(npyFiles(location, limits, signal), entry.path);
    found.push({ ...scanned, path, entry: name, kind: 'npz', read });
  }
  if (found.length === 0 && unread.length > 0) throw new AppError('BAD_FILE', unread[0]!);
  if (found.length === 0) throw new AppError('BAD_FILE', 'it holds no array');
  for (const array of unread) notes.push(`Not used: ${array}.`);
  return found;
}

async function readToEnd(entry: SourceFile): Promise<void> {
  const rest = entry.stream()[Symbol.asyncIterator]();
  while ((await rest.next()).done !== true);
}

async function* npyFiles(
  location: string | Buffer,
  limits: ImportLimits,
  signal: AbortSignal,
): AsyncGenerator<SourceFile> {
  const refuse = (path: string, reason: string): void => {
    throw new AppError('BAD_FILE', `“${path}” inside: ${reason}`);
  };
  for await (const entry of zipSource(location, limits).files({ signal, refuse }))
    if (entry.path.endsWith('.npy')) yield entry;
}

async function* contentOf(entries: AsyncGenerator<SourceFile>, path: string): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    if (entry.path !== path) continue;
    try {
      yield* entry.stream();
    } catch (thrown) {
      throw thrown instanceof AppError
        ? new AppError(thrown.code, `“${path.replace(/\.npy$/, '')}” in it: ${thrown.message}`, thrown.hint)
        : thrown;
    }
    return;
  }
}
