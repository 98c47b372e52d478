import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Latent, ModelInfo } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { type CodesLatent, latentSize, layersOf } from '@shared/specs';
import type { LatentRows } from '../training/inference';
import { readNpz, writeNpz } from '../formats/npz';
import type { NpyArray } from '../formats/npy';
import { readNpyText } from '../formats/npy';
import { readZip } from '../../files';
import { tesseraVersion } from './version';

/** `meta` of a latent file: which weights its codes belong to, and what they were made from. */
const metaSchema = z.object({
  format: z.literal('tessera-latent'),
  version: z.literal(1),
  tessera: z.string(),
  run: z.string(),
  step: z.number().int(),
  /** SHA-256 of the weights: the same codes mean something else with others. */
  weightsHash: z.string(),
  /** One a grid, in order. */
  names: z.array(z.string()),
});

const ownerSchema = z.object({ run: z.string().min(1), step: z.number().int().nonnegative() });
const MOST_META_BYTES = 64 * 1024 * 1024;

export interface Latents {
  /** [N, latentSize] */
  rows: LatentRows;
  names: string[];
}

/** A latent file's latents, and whether they were made with the weights at hand. */
export interface OpenedLatents extends Latents {
  count: number;
  sameWeights: boolean;
}

/** One latent as a `.npz`: as `writeLatents` writes it, without the axis of the items. */
export function writeLatent(latent: Latent, name: string, info: ModelInfo): Uint8Array {
  return write(arrayOf(rowsOf(latent), [], info), [name], info);
}

/**
 * Any number of latents as a `.npz` with `meta` and one array:
 * - codes of one level: `indices`, int32 [N, height, width], or [N, height, width, depth] with several codes per place
 * - codes of several levels: `indices`, int32 [N, codes], the levels one after the other
 * - vectors: `vectors`, float32 [N, length]
 */
export function writeLatents({ rows, names }: Latents, info: ModelInfo): Uint8Array {
  return write(arrayOf(rows, [names.length], info), names, info);
}

const rowsOf = (latent: Latent): LatentRows => (latent.kind === 'codes' ? latent.indices : latent.values);

/** One row as the latent it is. */
export function latentOf(row: LatentRows): Latent {
  return row instanceof Int32Array ? { kind: 'codes', indices: row } : { kind: 'vector', values: row };
}

function arrayOf(rows: LatentRows, items: number[], { latent }: ModelInfo): Record<string, NpyArray> {
  const data = { shape: [...items, ...itemShape(latent)], data: rows };
  return latent.kind === 'codes' ? { indices: data } : { vectors: data };
}

/** Values in one item's array in a file. */
function itemShape(latent: ModelInfo['latent']): number[] {
  if (latent.kind === 'vector') return [latent.length];
  const [level] = latent.levels;
  if (!level || latent.levels.length > 1) return [latentSize(latent)];
  return [...level.axes, ...(level.depth > 1 ? [level.depth] : [])];
}

function write(arrays: Record<string, NpyArray>, names: string[], { run, step, weightsHash }: ModelInfo): Uint8Array {
  const meta: z.input<typeof metaSchema> = {
    format: 'tessera-latent',
    version: 1,
    tessera: tesseraVersion,
    run,
    step,
    weightsHash,
    names,
  };
  return writeNpz({ arrays, texts: { meta: JSON.stringify(meta) } });
}

/**
 * Reads a latent file for a model: the array that `writeLatents` writes, of any integer type, or, of vectors, of any
 * type of number; the axis of the items may be missing. A file without `meta`, as NumPy may have written it, counts as
 * one of other weights.
 * @throws BAD_FILE for what isn't such a file, latents of another size, or codes beyond the codebook; CONFLICT for
 * latents of other weights unless `anyWeights`
 */
export function readLatents(bytes: Uint8Array, info: ModelInfo, anyWeights: boolean): OpenedLatents {
  const { arrays, texts } = open(bytes);
  const { latent } = info;
  const name = latent.kind === 'codes' ? 'indices' : 'vectors';
  const array = arrays[name];
  if (!array) throw bad(`it has no array named “${name}”`);
  requireItemShape(name, array, itemShape(latent));
  const rows = latent.kind === 'codes' ? requireIndices(array, latent) : requireVectors(array);
  const meta = texts.meta === undefined ? null : parseMeta(texts.meta);
  const sameWeights = meta?.weightsHash === info.weightsHash;
  if (!sameWeights && !anyWeights) throw otherWeights(meta, info);
  const count = rows.length / latentSize(latent);
  const names = Array.from({ length: count }, (_, i) => meta?.names[i] ?? `latent ${i + 1}`);
  return { rows, names, count, sameWeights };
}

/**
 * Reads the run and step that a latent file names in its `meta`; null for a file that names none, as NumPy may have
 * written it. Whether the file's arrays suit a model is for `readLatents` to judge.
 * @throws BAD_FILE naming the file where it is no archive, or a checksum in it is wrong
 */
export async function readLatentOwner(file: string): Promise<z.output<typeof ownerSchema> | null> {
  const bytes = await readFile(file);
  let meta: Uint8Array | undefined;
  try {
    meta = readZip(bytes, (entry) => entry.name === 'meta.npy' && entry.bytes <= MOST_META_BYTES)[0]?.[1];
  } catch (cause) {
    const { code, message, hint } = asAppError(cause, { path: file });
    throw new AppError(code, `${file}: ${message}`, hint, { field: 'source', cause });
  }
  try {
    return meta === undefined ? null : ownerSchema.parse(JSON.parse(readNpyText(meta)));
  } catch {
    return null;
  }
}

function open(bytes: Uint8Array): ReturnType<typeof readNpz> {
  try {
    return readNpz(bytes);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError(
      cause.code,
      `This latent can’t be opened: ${lowerFirst(cause.message)}`,
      `${cause.hint} A latent is a .npz saved in the Studio or by “tessera encode”.`.trim(),
      { cause },
    );
  }
}

function requireItemShape(name: string, { shape, data }: NpyArray, expected: number[]): void {
  const own = shape.length === expected.length ? shape : shape.slice(1);
  if (data.length > 0 && own.join() === expected.join()) return;
  throw bad(`its “${name}” are [${shape.join(', ')}], and this model’s are [${expected.join(', ')}] each`);
}

function requireIndices({ data }: NpyArray, latent: CodesLatent): Int32Array {
  const size = latentSize(latent);
  for (const { first, stride, cells, codes } of layersOf(latent)) {
    for (let item = 0; item < data.length; item += size) {
      for (let cell = 0; cell < cells; cell++) {
        const index = Number(data[item + first + cell * stride]);
        if (Number.isInteger(index) && index >= 0 && index < codes) continue;
        throw bad(`it holds the code ${index}, and this model’s codebook has codes 0 to ${codes - 1}`);
      }
    }
  }
  return Int32Array.from(data, Number);
}

function requireVectors({ data }: NpyArray): Float32Array {
  const values = Float32Array.from(data, Number);
  if (!values.every(Number.isFinite)) throw bad('a component of its “vectors” is not a finite number');
  return values;
}

function parseMeta(text: string): z.output<typeof metaSchema> {
  try {
    return metaSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('BAD_FILE', 'This latent can’t be opened: its “meta” is damaged, or from a newer Tessera.', '', {
      cause,
    });
  }
}

function otherWeights(meta: { run: string; step: number } | null, info: ModelInfo): AppError {
  const theirs = meta ? `run “${meta.run}” at step ${meta.step}` : 'an unknown model';
  return new AppError(
    'CONFLICT',
    `These codes were made with ${theirs}, not with the weights of run “${info.run}” at step ${info.step}.`,
    'With these weights they decode to something else; open them all the same if that is what you want.',
  );
}

function bad(reason: string): AppError {
  return new AppError('BAD_FILE', `This latent can’t be opened: ${reason}.`);
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
