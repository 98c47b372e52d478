import { createReadStream, existsSync, renameSync, statSync } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '@shared/errors';
import type { Outside } from './outside';
import { makeFolder, replaceFileBy, sweepLeftovers, temporaryFolder } from '../files';

/** Resolves an argument to the absolute path of something that exists; throws NOT_FOUND naming it otherwise. */
export async function existing(outside: Outside, argument: string): Promise<string> {
  const absolute = path.resolve(outside.directory, argument);
  try {
    await stat(absolute);
  } catch {
    throw new AppError('NOT_FOUND', `There is no file or folder "${argument}".`, '', { field: argument });
  }
  return absolute;
}

/** Configurations are small; a larger file is something else. */
const MOST_TEXT_BYTES = 64 * 1024 * 1024;

/** Reads the text file that an argument names; throws NOT_FOUND, or BAD_REQUEST if it is no text file. */
export async function readText(outside: Outside, argument: string): Promise<string> {
  const file = await existing(outside, argument);
  const found = await stat(file);
  const isText = found.isFile() && found.size <= MOST_TEXT_BYTES;
  if (!isText) throw new AppError('BAD_REQUEST', `"${argument}" is no file of text.`, '', { field: argument });
  return readFile(file, 'utf8');
}

/**
 * The folder that a command writes its files to: an absolute path of a folder that exists or can be made. Called
 * before any work.
 * @param named what the person wrote, for `flag`
 * @throws BAD_REQUEST naming the flag, if it is empty, or if a file lies there or on the way
 */
export function outFolder(outside: Outside, named: string, flag = '--out'): string {
  const folder = outPlace(outside, named, flag, 'folder');
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw badOut(flag, `expected a folder, but there is a file "${named}"`);
  sweepLeftovers(folder);
  return folder;
}

/** The same for one file. */
export function outFile(outside: Outside, named: string, flag = '--out'): string {
  const file = outPlace(outside, named, flag, 'file');
  if (/[\\/]$/.test(named) || (existsSync(file) && statSync(file).isDirectory()))
    throw badOut(flag, `expected a file, but "${named}" is a folder`);
  return file;
}

function outPlace(outside: Outside, named: string, flag: string, what: string): string {
  if (named.trim() === '') throw badOut(flag, `expected the name of a ${what}, but it is empty`);
  const place = path.resolve(outside.directory, named);
  for (let above = path.dirname(place); ; above = path.dirname(above)) {
    if (existsSync(above)) {
      if (!statSync(above).isDirectory()) throw badOut(flag, `expected a ${what}, but "${above}" on the way is a file`);
      break;
    }
    if (path.dirname(above) === above) break; // a drive that doesn't exist
  }
  sweepLeftovers(path.dirname(place));
  return place;
}

const badOut = (flag: string, why: string): AppError =>
  new AppError('BAD_REQUEST', `${flag}: ${why}.`, 'Choose another place.', { field: flag.replace(/^-+/, '') });

/**
 * Copies files from the folder `from` into `out`, all of them or none: first next to their places, then under their
 * names. Makes `out` if need be. Other files in it stay, and so do files of the same names unless `replace`. Throws
 * CONFLICT naming the first file that exists already; CANCELLED, DISK.
 */
export async function copyWhole(
  from: string,
  files: readonly { name: string }[],
  out: string,
  { replace, signal }: { replace: boolean; signal: AbortSignal },
): Promise<void> {
  const isOld = await isThere(out);
  if (isOld && !replace) await requireFree(out, files);
  const workplace = temporaryFolder(isOld ? path.join(out, 'export') : out);
  try {
    for (const { name } of files) {
      if (signal.aborted) throw new AppError('CANCELLED', 'Cancelled; nothing was written.');
      await replaceFileBy(path.join(workplace, 'new', name), contentOf(path.join(from, name)));
    }
    if (isOld) moveInto(workplace, files, out);
    else await rename(path.join(workplace, 'new'), out);
  } catch (cause) {
    throw asAppError(cause, { path: out });
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

/**
 * Moves files from `workplace` to their places in `out`, all of them or none: if one fails, the files that lay there
 * before are put back.
 */
function moveInto(workplace: string, files: readonly { name: string }[], out: string): void {
  const undo: (() => void)[] = [];
  const move = (from: string, to: string): void => {
    makeFolder(path.dirname(to));
    renameSync(from, to);
    undo.push(() => renameSync(to, from));
  };
  try {
    for (const { name } of files) {
      const place = path.join(out, name);
      if (existsSync(place) && !statSync(place).isDirectory()) move(place, path.join(workplace, 'before', name));
      move(path.join(workplace, 'new', name), place);
    }
  } catch (error) {
    for (const back of undo.reverse()) back();
    throw error;
  }
}

async function requireFree(out: string, files: readonly { name: string }[]): Promise<void> {
  for (const { name } of files) {
    if (!(await isThere(path.join(out, name)))) continue;
    throw new AppError('CONFLICT', `There is already a ${name} in ${out}.`, 'Name another folder, or add --force.', {
      field: 'out',
    });
  }
}

/** Opens the file when it is first read: nobody would catch an error before that. */
async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file) as AsyncIterable<Uint8Array>;
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
