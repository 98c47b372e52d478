import { open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AppError } from '@shared/errors';
import type { NameEncoding } from '@shared/specs/dataset';
import { formatOf, nameUnread } from '../kinds/picture/formats';
import type { ImportLimits } from '../limits';
import { diskFile } from './disk-file';
import { folderSource } from './folder';
import { byName, endingOf, stemOf } from './names';
import type { Source, SourceFile } from './source';
import { damagedTar, tarSource } from './tar';
import { damagedZip, zipSource } from './zip';

const TAR_HEADER_BYTES = 512;
const SMALLEST_ZIP_BYTES = 22;

/**
 * The sources behind what a person chose: each folder and archive is one, recognised by its content and not by its
 * name; all other files together are one more. Throws NOT_FOUND or BAD_REQUEST for a path that can't be a source.
 */
export async function openSources(
  paths: readonly string[],
  limits: ImportLimits,
  encoding: NameEncoding = 'auto',
): Promise<Source[]> {
  if (paths.length === 0)
    throw new AppError('BAD_REQUEST', 'No folder or file was given to import.', '', { field: 'sources' });
  const sources: Source[] = [];
  const loose: string[] = [];
  for (const given of [...paths].sort(byName)) {
    const path = await resolveChosen(given);
    const source = await openSource(path, limits, encoding);
    if (source === null) loose.push(path);
    else sources.push(source);
  }
  if (loose.length > 0) sources.push(looseFiles(loose, limits));
  return sources;
}

// What a person picks may itself be a link (a Pictures folder on another disk); nothing below it is followed.
async function resolveChosen(path: string): Promise<string> {
  if (!isAbsolute(path))
    throw new AppError('BAD_REQUEST', `${path} is not an absolute path.`, '', { field: 'sources' });
  try {
    return await realpath(path);
  } catch (cause) {
    throw new AppError('NOT_FOUND', `${path} does not exist or can't be opened.`, 'Check the path.', {
      field: 'sources',
      cause,
    });
  }
}

async function openSource(path: string, limits: ImportLimits, encoding: NameEncoding): Promise<Source | null> {
  const about = await stat(path);
  if (about.isDirectory()) return folderSource(path, limits, encoding);
  if (!about.isFile()) {
    throw new AppError('BAD_REQUEST', `${path} is neither a folder nor a file.`, '', { field: 'sources' });
  }
  const head = await diskFile(basename(path), path, limits).head(TAR_HEADER_BYTES);
  if (isTar(head)) return tarSource(path, false, limits, encoding);
  if (isGzip(head)) {
    const inside = await gunzippedHead(path);
    if (isTar(inside.bytes)) return tarSource(path, true, limits, encoding);
    if (promisesTar(path)) throw damagedTar(basename(path), inside.error);
    return null;
  }
  // A .npz is a zip of arrays, and torch writes its own kind: each is one file, not an archive of files.
  if (isZip(head)) return readAsOne.has(endingOf(path)) ? null : zipSource(path, limits, encoding);
  const known = head.length > 0 && (formatOf(head) !== null || nameUnread(head, '') !== null);
  if (endingOf(path) === 'zip' && (!known || head.length < SMALLEST_ZIP_BYTES)) throw damagedZip(basename(path), null);
  if (promisesTar(path) && (!known || head.length < TAR_HEADER_BYTES)) throw damagedTar(basename(path), null);
  return null;
}

const readAsOne = new Set(['npz', 'pt', 'pth', 'ckpt', 'keras']);
const promisesTar = (path: string): boolean => /\.(tar|tgz|tar\.gz)$/i.test(path);

function looseFiles(paths: readonly string[], limits: ImportLimits): Source {
  const taken = new Map<string, number>();
  const files = paths.map((location): SourceFile => {
    const base = basename(location);
    const times = (taken.get(base) ?? 0) + 1;
    taken.set(base, times);
    return diskFile(times === 1 ? base : `${base} (${times})`, location, limits);
  });
  const only = paths.length === 1 ? paths[0]! : null;
  const name = only === null ? basename(dirname(paths[0]!)) : basename(only);
  return {
    name: stemOf(name),
    kind: 'files',
    sequential: false,
    notes: () => [],
    async *files(visit) {
      for (const file of files) {
        visit.signal.throwIfAborted();
        yield file;
      }
    },
  };
}

const isZip = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && head[3] === head[2]! + 1;
const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** By the mark of POSIX tar, or by the header's checksum for the tars that came before it. */
function isTar(head: Uint8Array): boolean {
  if (head.length < TAR_HEADER_BYTES) return false;
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('ustar', 257)) return true;
  const stated = Number.parseInt(text.slice(148, 156), 8);
  let sum = 0;
  for (let i = 0; i < TAR_HEADER_BYTES; i++) sum += i >= 148 && i < 156 ? 0x20 : head[i]!;
  return head[0] !== 0 && stated === sum;
}

/** The first bytes inside a gzip file, and why there are not more. */
async function gunzippedHead(path: string): Promise<{ bytes: Uint8Array; error: unknown }> {
  const handle = await open(path, 'r');
  const packed = handle.createReadStream({ highWaterMark: 16 * 1024 });
  const gunzip = packed.pipe(createGunzip());
  const chunks: Uint8Array[] = [];
  let length = 0;
  let error: unknown = null;
  try {
    for await (const chunk of gunzip) {
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).byteLength;
      if (length >= TAR_HEADER_BYTES) break;
    }
  } catch (thrown) {
    error = thrown;
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
  return { bytes: Buffer.concat(chunks).subarray(0, TAR_HEADER_BYTES), error };
}
