import { open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AppError } from '@shared/errors';
import type { ImportLimits } from '../limits';
import { diskFile } from './disk-file';
import { folderSource } from './folder';
import { byName, endingOf, stemOf } from './names';
import type { Source, SourceFile } from './source';
import { tarSource } from './tar';
import { zipSource } from './zip';

const TAR_HEADER_BYTES = 512;

/**
 * The sources behind what a person chose: each folder and archive is one, told by its content and not by its name; all
 * other files together are one more. Throws NOT_FOUND or BAD_REQUEST for a path that can't be a source.
 */
export async function openSources(paths: readonly string[], limits: ImportLimits): Promise<Source[]> {
  if (paths.length === 0)
    throw new AppError('BAD_REQUEST', 'No folder or file was given to import.', '', { field: 'sources' });
  const sources: Source[] = [];
  const loose: string[] = [];
  for (const given of [...paths].sort(byName)) {
    const path = await resolveChosen(given);
    const source = await openSource(path, limits);
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

async function openSource(path: string, limits: ImportLimits): Promise<Source | null> {
  const about = await stat(path);
  if (about.isDirectory()) return folderSource(path, limits);
  if (!about.isFile()) {
    throw new AppError('BAD_REQUEST', `${path} is neither a folder nor a file.`, '', { field: 'sources' });
  }
  const head = await diskFile(basename(path), path, limits).head(TAR_HEADER_BYTES);
  if (isTar(head)) return tarSource(path, false, limits);
  if (isGzip(head)) return isTar(await gunzippedHead(path)) ? tarSource(path, true, limits) : null;
  // A .npz is a zip of arrays: it is read as one file with many pictures.
  if (isZip(head) && endingOf(path) !== 'npz') return zipSource(path, limits);
  return null;
}

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
    async *files(visit) {
      for (const file of files) {
        visit.signal.throwIfAborted();
        yield file;
      }
    },
  };
}

const isZip = (head: Uint8Array): boolean => head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
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

/** The first bytes inside a gzip file; empty when it is damaged. */
async function gunzippedHead(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  const packed = handle.createReadStream({ highWaterMark: 16 * 1024 });
  const gunzip = packed.pipe(createGunzip());
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of gunzip) {
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).byteLength;
      if (length >= TAR_HEADER_BYTES) break;
    }
  } catch {
    return new Uint8Array();
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
  return Buffer.concat(chunks).subarray(0, TAR_HEADER_BYTES);
}
